import * as v from "valibot";
import { createRandom } from "../../random/mod.ts";
import { defineMethod, seed } from "../definition.ts";

/**
 * PCGrad, projecting conflicting gradients: each gradient loses its component along every other that it conflicts
 * with; the direction is the sum of what is left.
 *
 *     for each i:  g <- g_i
 *       for each j != i, in random order:  if g . g_j < 0:  g <- g - (g . g_j / |g_j|^2) g_j
 *     d = sum of the g
 *
 * Every g stays a combination x^T J of the rows, so the Gram matrix is enough: g . g_j = (G x)_j, and the projection
 * only changes x_j.
 *
 * Yu et al., "Gradient surgery for multi-task learning", NeurIPS 2020, algorithm 1.
 *
 * State: calls [1], which with the seed determines the order.
 */
export const pcgrad = defineMethod({
  name: "pcgrad",
  needs: "gram",
  options: {
    seed: v.optional(seed, 0),
    /** Order of the j: drawn for every i and step, or by task number, which makes results depend on the numbering. */
    order: v.optional(v.picklist(["random", "ascending"]), "random"),
  },
  initialState: () => ({ calls: new Float64Array(1) }),
  weigh({ tasks, gram: G }, { seed, order }, state) {
    const random = createRandom(seed).fork(state.calls[0]++);
    const w = new Float64Array(tasks);
    for (let i = 0; i < tasks; i++) {
      const x = new Float64Array(tasks);
      x[i] = 1;
      const others = Array.from(x.keys()).filter((j) => j !== i);
      if (order === "random") random.shuffle(others);
      for (const j of others) {
        let product = 0;
        for (let k = 0; k < tasks; k++) product += x[k] * G[j * tasks + k];
        const square = G[j * tasks + j];
        if (product < 0 && square > 0) x[j] -= product / square;
      }
      for (let k = 0; k < tasks; k++) w[k] += x[k];
    }
    return w;
  },
});
