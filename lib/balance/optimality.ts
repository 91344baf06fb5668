import { dot, gramTimes, rowNorms } from "./solvers/gram.ts";

/** One condition that a method's weights promise to meet, and by how much they miss it. */
export interface Optimality {
  /** What should hold, in the symbols of the method's docstring. */
  readonly condition: string;
  /** From 0 up, relative to the size of the terms compared. */
  readonly residual: number;
}

/**
 * How far a method's weights are from what they promise: the residuals of its optimality conditions.
 *
 * @param name A name of `createBalancer`.
 * @param gram Gram matrix [T, T] that the weights are for.
 * @param weights What `weigh` returned for it [T].
 * @param options The options that the balancer was made with.
 * @returns Empty for methods without a condition that is known here.
 */
export function optimalityResiduals(
  name: string,
  gram: Float64Array,
  weights: Float64Array,
  options: Record<string, unknown> = {},
): Optimality[] {
  return name === "mgda" && (options.normalize ?? "none") === "none" ? minimumNorm(gram, weights) : [];
}

/** MGDA: the KKT conditions of argmin w^T G w over the simplex. */
function minimumNorm(G: Float64Array, w: Float64Array): Optimality[] {
  const n = rowNorms(G, w.length), a = gramTimes(G, w);
  const square = dot(w, a), m = dot(w, n);
  const slack = a.map((a, i) => {
    const gap = w[i] > 0 ? Math.abs(a - square) : Math.max(square - a, 0);
    return gap === 0 ? 0 : gap / ((n[i] + m) * m);
  });
  const sum = w.reduce((sum, w) => sum + w, 0);
  return [
    { condition: "w_i >= 0, sum w = 1", residual: Math.max(Math.abs(sum - 1), ...w.map((w) => -w)) },
    { condition: "g_i . d >= d . d, equal where w_i > 0", residual: Math.max(...slack) },
  ];
}
