import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { softmax } from "../solvers/softmax.ts";

/** Larger exponents are cut to it; as a difference of logarithms it is a weight of 0 long before. */
const LARGEST_EXPONENT = 1e300;

/**
 * ExcessMTL: tasks far from their optimum, by their estimated excess risk, gain weight; noise that no model can
 * explain does not count.
 *
 *     S_i <- S_i + g_i^2                                    elementwise; S starts at 0
 *     e_i = g_i^T diag(S_i)^{-1/2} g_i,  over its value in the first step
 *     w_i <- w_i exp(eta e_i),  normalised to sum K         w starts at 1
 *     d = sum_i w_i g_i
 *
 * The authors add 1e-7 to S and divide by the first e_i as it is. With the small gradients of a representation the
 * first is all of S and the second may be 0, which ends in NaN. Here an element that never had a gradient adds nothing
 * to e_i, and the first value is the first above 0; a task without a gradient has e_i = 0. The weights are kept as
 * logarithms, and the root of S rather than S, so that neither overflows.
 *
 * S needs gradients of the same coordinates in every step: those of parameters, or of representations only with
 * batches of one size. If the length changes (a last, smaller batch), S starts again at 0; w and the first e_i stay.
 *
 * He et al., "Robust multi-task learning with excess risks", ICML 2024, algorithm 1 and the authors' code.
 *
 * State: root, sqrt(S), [K, length] in float32; first, the first e_i above 0, and logWeights [K].
 */
export const excessMtl = defineMethod({
  name: "excess-mtl",
  needs: "gradients",
  options: {
    /** Step size of the weights, from 0 up. */
    eta: v.optional(numberFrom(0), 1e-2),
  },
  initialState: (tasks) => ({
    root: new Float32Array(0),
    first: new Float64Array(tasks),
    logWeights: new Float64Array(tasks),
  }),
  combine({ tasks: K, gradients }, { eta }, state) {
    const length = gradients[0].length;
    if (state.root.length !== K * length) state.root = new Float32Array(K * length);
    const { first, logWeights } = state;
    gradients.forEach((g, i) => {
      const e = accumulate(g, state.root.subarray(i * length, (i + 1) * length));
      if (first[i] === 0) first[i] = e;
      if (e > 0) logWeights[i] += Math.min(eta * (e / first[i]), LARGEST_EXPONENT);
    });
    const top = Math.max(...logWeights);
    logWeights.forEach((log, i) => logWeights[i] = Math.max(log - top, -LARGEST_EXPONENT));

    const w = softmax(logWeights);
    const d = new Float32Array(length);
    gradients.forEach((g, i) => {
      const weight = K * w[i];
      for (let k = 0; k < length; k++) d[k] += weight * g[k];
    });
    return d;
  },
});

/** Adds g^2 to the squares of `root`, in place, and returns e = sum_k g_k^2 / root_k. */
function accumulate(g: Float32Array, root: Float32Array): number {
  let e = 0;
  for (let k = 0; k < g.length; k++) {
    if (g[k] === 0) continue;
    // Float32 squares fit float64, whatever their exponent.
    const grown = Math.sqrt(root[k] * root[k] + g[k] * g[k]);
    e += g[k] * g[k] / grown;
    root[k] = grown;
  }
  return e;
}
