import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { bargain } from "../solvers/bargaining.ts";

/**
 * FairGrad: alpha-fair division of the improvement u_i = g_i . d among the tasks, as networks divide bandwidth.
 *
 *     maximise sum_i u_i^(1-alpha) / (1-alpha):   G w = w^(-1/alpha),  w > 0;   d = J^T w
 *
 * alpha -> 0 is the sum of the gradients, 1 Nash-MTL without its clip, 2 the least potential delay; alpha -> inf
 * improves the worst-off most. Solved exactly by Newton steps on the convex dual, where the authors use least squares.
 * Tasks that balance each other (0 in the hull of the gradients), for which there is no solution, do not bargain: d
 * is orthogonal to their gradients, and zero if all are such.
 *
 * Ban & Ji, "Fair resource allocation in multi-task learning", ICML 2024, algorithm 1.
 *
 * State: none.
 */
export const fairgrad = defineMethod({
  name: "fairgrad",
  needs: "gram",
  options: {
    /**
     * Fairness, 0.1 to 10. The larger it is, the further apart the weights of long and short gradients: float64 holds
     * lengths from 1e-30 to 1e30 up to alpha 2, from 1e-3 to 1e3 at 10.
     */
    alpha: v.optional(numberFrom(0.1, 10), 1),
  },
  weigh: ({ tasks, gram: G }, { alpha }) => bargain(G, tasks, alpha),
});
