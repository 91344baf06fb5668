import { roundingOf } from "../solvers/active_set.ts";
import { cosines, dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { pseudoSolve, symmetricEigen } from "../solvers/symmetric_eigen.ts";
import { type Optimality, share, termSizes, worst } from "./condition.ts";

/** IMTL-G: equal projections on the unit gradients. */
export function equalProjections(G: Float64Array, w: Float64Array): Optimality[] {
  const n = rowNorms(G, w.length), C = cosines(G, n), ones = n.map((n) => n > 0 ? 1 : 0);
  const sum = w.reduce((sum, w) => sum + w, 0);
  const condition = "g_i . d / |g_i| equal for all i";
  const residual = independent(C, ones)
    ? gapFromMultiple(C, w.map((w, i) => w * n[i]), ones)
    : leastSquaresGap(G, w, n);
  return [
    { condition, residual },
    { condition: "sum w = 1", residual: share(Math.abs(sum - 1), dot(w.map(Math.abs), w.map(() => 1))) },
  ];
}

/** ConFIG: equal cosines, and the length of the sum of projections. */
export function equalCosines(G: Float64Array, w: Float64Array): Optimality[] {
  const n = rowNorms(G, w.length), C = cosines(G, n), ones = n.map((n) => n > 0 ? 1 : 0);
  const y = w.map((w, i) => w * n[i]);
  const a = gramTimes(G, w);
  const square = dot(w, a), projections = a.reduce((sum, a) => sum + a, 0);
  // Of both sums: sum_i and sum_i |w_i| of the terms of g_i . d.
  const terms = termSizes(G, w).reduce((sum, term, i) => sum + term * (1 + Math.abs(w[i])), 0);
  return [
    {
      condition: "cos(g_i, d) equal for all i",
      residual: independent(C, ones) ? gapFromMultiple(C, y, ones) : leastSquaresGap(C, y, ones),
    },
    { condition: "|d| = sum_i g_i . d / |d|", residual: share(Math.abs(projections - square), terms) },
  ];
}

/** Aligned-MTL: G^(1/2) w = sigma 1/K on the range of G, and nothing off it. */
export function alignedMean(
  G: Float64Array,
  w: Float64Array,
  mode: "min" | "median" | "rmse",
  rankTolerance: number,
): Optimality[] {
  const K = w.length, { values, vectors } = symmetricEigen(G, K);
  const rounding = Math.max(roundingOf(K), rankTolerance) * Math.max(...values);
  const S = values.filter((value) => value > rounding).sort();
  if (S.length === 0) return [];
  const sigma = Math.sqrt(
    { min: S[0], median: S[(S.length - 1) >> 1], rmse: S.reduce((sum, s) => sum + s / S.length, 0) }[mode],
  );
  const size = Math.sqrt(dot(w, w));
  const residuals = Array.from(values, (value, k) => {
    const v = vectors.subarray(k * K, k * K + K);
    if (value <= rounding) return share(Math.abs(dot(v, w)), size);
    const root = Math.sqrt(value), aim = sigma * v.reduce((sum, v) => sum + v, 0) / K;
    return share(Math.abs(root * dot(v, w) - aim), root * size + sigma / Math.sqrt(K));
  });
  return [{ condition: "g^_i . d = sigma^2 / K for the aligned gradients", residual: worst(residuals) }];
}

/** Whether all rows but those of zero are independent. */
function independent(C: Float64Array, ones: Float64Array): boolean {
  return pseudoSolve(C, ones).rank === ones.filter((one) => one > 0).length;
}

/** Largest gap of A x from a multiple of b, relative to the terms of A x. */
function gapFromMultiple(A: Float64Array, x: Float64Array, b: Float64Array): number {
  const product = gramTimes(A, x), terms = termSizes(A, x);
  const c = share(dot(product, b), dot(b, b));
  return worst(product.map((product, i) => share(Math.abs(product - c * b[i]), terms[i])));
}

/** The same where A x can only come near to a multiple of b: the gap must be orthogonal to all rows of A. */
function leastSquaresGap(A: Float64Array, x: Float64Array, b: Float64Array): number {
  const product = gramTimes(A, x);
  const c = share(dot(product, product), dot(product, b));
  const gap = product.map((product, i) => product - c * b[i]);
  const left = gramTimes(A, gap);
  const terms = termSizes(A, product.map((product, i) => Math.abs(product) + Math.abs(c * b[i])));
  const deeper = termSizes(A, termSizes(A, x));
  return worst(left.map((left, i) => share(Math.abs(left), terms[i] + deeper[i])));
}
