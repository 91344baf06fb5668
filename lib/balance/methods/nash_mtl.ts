import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { bargain } from "../solvers/bargaining.ts";
import { dot, gramTimes } from "../solvers/gram.ts";

/**
 * Nash-MTL: the tasks bargain over the direction, each with the utility u_i = g_i . d; Nash's solution maximises the
 * product of the utilities.
 *
 *     G a = 1/a,  a > 0;   d = J^T a,  shortened to |d| <= max_norm
 *
 * Solved exactly by Newton steps on the convex dual, where the authors stop after 20 rounds of a sequence of convex
 * programs. Without the clip |d| = sqrt K. The direction of d does not change if gradients are rescaled: each task
 * asks for as much as it gives. Tasks that balance each other (0 in the hull of the gradients), for which there is no
 * solution, do not bargain: d is orthogonal to their gradients, and zero if all are such.
 *
 * Navon et al., "Multi-task learning as a bargaining game", ICML 2022, algorithm 1; the clip as in the authors' code.
 *
 * State: none.
 */
export const nashMtl = defineMethod({
  name: "nash-mtl",
  needs: "gram",
  options: {
    /** Greatest length of d, from 0 up; 0: no clip. */
    maxNorm: v.optional(numberFrom(0), 1),
  },
  weigh({ tasks, gram: G }, { maxNorm }) {
    const a = bargain(G, tasks, 1);
    const length = Math.sqrt(Math.max(dot(a, gramTimes(G, a)), 0));
    return maxNorm > 0 && length > maxNorm ? a.map((a) => a * (maxNorm / length)) : a;
  },
});
