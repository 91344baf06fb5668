import * as v from "valibot";
import { createRandom } from "../../random/mod.ts";
import { defineMethod, numberFrom, seed } from "../definition.ts";

/**
 * GradDrop, gradient sign dropout: where gradients disagree in the sign of an element, one sign is drawn, and the
 * elements of the other are dropped.
 *
 *     for each element k:
 *       P = (1 + sum_i g_ik / sum_i |g_ik|) / 2
 *       sign + if U < P, else sign -;  U ~ uniform on [0, 1)
 *       d_k = sum_i (g_ik if it has that sign, else leak g_ik)
 *
 * Elements that agree are summed without a draw. In the paper's layer the g of P are gradients times the sign of the
 * activation, summed over the batch; this method sees no activations and takes every element as it is given.
 *
 * Chen et al., "Just pick a sign: optimizing deep multitask models with gradient sign dropout", NeurIPS 2020,
 * algorithm 1 with f the identity.
 *
 * State: calls [1], which with the seed determines the draws.
 */
export const graddrop = defineMethod({
  name: "graddrop",
  needs: "gradients",
  options: {
    /** Share of a dropped element that is let through, 0 to 1, alike for all tasks. At 1 nothing is dropped. */
    leak: v.optional(numberFrom(0, 1), 0),
    seed: v.optional(seed, 0),
  },
  initialState: () => ({ calls: new Float64Array(1) }),
  combine({ tasks, gradients }, { leak, seed }, state) {
    const random = createRandom(seed).fork(state.calls[0]++);
    const length = gradients[0].length;
    const d = new Float32Array(length);
    for (let k = 0; k < length; k++) {
      let positive = 0, negative = 0;
      for (let i = 0; i < tasks; i++) {
        const g = gradients[i][k];
        if (g > 0) positive += g;
        else negative += g;
      }
      // P = positive / (positive - negative): only where signs differ is there anything to draw.
      const agree = positive === 0 || negative === 0;
      if (agree) d[k] = positive + negative;
      else if (random.uniform() < positive / (positive - negative)) d[k] = positive + leak * negative;
      else d[k] = leak * positive + negative;
    }
    return d;
  },
});
