import { checkedOptions } from "../checked_options.ts";
import { checkedWeighStep } from "../checked_step.ts";
import { definitionOf } from "../registry.ts";
import { cosines, rowNorms } from "../solvers/gram.ts";
import { fairBargain, unclipped } from "./bargaining.ts";
import type { Optimality } from "./condition.ts";
import { dualProjection, meanOfProjections } from "./dual_cone.ts";
import { conflictAverse, minimumNorm } from "./minimum_norm.ts";
import { alignedMean, equalCosines, equalProjections } from "./projections.ts";

/** G and w checked, options with their defaults. */
type Conditions = (G: Float64Array, w: Float64Array, options: Record<string, unknown>) => Optimality[];

const conditions: Readonly<Record<string, Conditions>> = {
  "mgda": (G, w, { normalize }) => {
    if (normalize === "none") return minimumNorm(G, w);
    // The losses that the other scalings divide by are not known here.
    return normalize === "l2" ? minimumNorm(cosines(G, rowNorms(G, w.length)), w) : [];
  },
  "cagrad": (G, w, options) => {
    const c = options.c as number;
    return conflictAverse(G, w, c, [1, 1 + c * c, 1 + c][options.rescale as number]);
  },
  "imtl-g": equalProjections,
  "config": equalCosines,
  "aligned-mtl": (G, w, { mode, rankTolerance }) =>
    alignedMean(G, w, mode as "min" | "median" | "rmse", rankTolerance as number),
  "dualproj": dualProjection,
  "upgrad": meanOfProjections,
  "nash-mtl": (G, w) => fairBargain(G, unclipped(G, w), 1),
  "fairgrad": (G, w, { alpha }) => fairBargain(G, w, alpha as number),
};

/**
 * How far a method's weights are from what they promise: the residuals of its optimality conditions.
 *
 * @param name A name of `createBalancer`.
 * @param gram Gram matrix [T, T] that the weights are for.
 * @param weights What `weigh` returned for it [T].
 * @param options The options that the balancer was made with.
 * @returns Empty for methods without a condition that the Gram matrix and the weights decide: those that draw,
 * average over steps, or take single steps towards an optimum.
 * @throws {RangeError} If the method or an option is unknown, or the lengths or the Gram matrix cannot be.
 */
export function optimalityResiduals(
  name: string,
  gram: Float64Array,
  weights: Float64Array,
  options: Record<string, unknown> = {},
): Optimality[] {
  const checked = checkedOptions(definitionOf(name), options);
  const i = weights.findIndex((w) => !Number.isFinite(w));
  if (i >= 0) {
    throw new RangeError(
      `Cannot check the weights of '${name}': weight ${i} is ${weights[i]}, expected a finite number`,
    );
  }
  const losses = new Float64Array(weights.length);
  const G = checkedWeighStep(name, true, { losses, gram, step: 0 }).gram;
  return conditions[name]?.(G, weights, checked) ?? [];
}
