import * as v from "valibot";
import { defineMethod } from "../definition.ts";
import { minimiseOnSimplex } from "../solvers/active_set.ts";

/**
 * MGDA, the multiple-gradient descent algorithm: the point of least norm in the convex hull of the gradients, along
 * which no loss rises.
 *
 *     w = argmin over the simplex of w^T G w
 *
 * Solved exactly by an active set. The usual Frank-Wolfe iteration stops above the minimum: 8% at 20 tasks, 55% at
 * 50. Where several w reach it, d = J^T w is the same. A task whose gradient is zero is at its optimum: d = 0.
 *
 * Désidéri, "Multiple-gradient descent algorithm", C. R. Math. 350 (2012); Sener & Koltun, "Multi-task learning as
 * multi-objective optimization", NeurIPS 2018, equation 3. As the authors of the latter do, `normalize` changes the
 * problem that w solves, and d is made from the gradients as they are.
 *
 * State: none.
 */
export const mgda = defineMethod({
  name: "mgda",
  needs: "gram",
  options: {
    /** What each g_i is divided by before w is sought: nothing, |g_i|, L_i or L_i |g_i|. Zeros divide nothing. */
    normalize: v.optional(v.picklist(["none", "l2", "loss", "loss+"]), "none"),
  },
  weigh({ tasks, gram: G, losses }, { normalize }) {
    const byNorm = normalize === "l2" || normalize === "loss+", byLoss = normalize.startsWith("loss");
    const negative = byLoss ? losses.findIndex((loss) => loss < 0) : -1;
    if (negative >= 0) {
      throw new RangeError(
        `Cannot weigh with 'mgda': loss ${negative} is ${losses[negative]}, ` +
          `expected losses from 0 up with normalize '${normalize}'`,
      );
    }
    const divisor = losses.map((loss, i) =>
      (byNorm ? Math.sqrt(G[i * tasks + i]) || 1 : 1) * (byLoss ? loss || 1 : 1)
    );
    const scaled = G.map((g, at) => g / divisor[Math.floor(at / tasks)] / divisor[at % tasks]);
    return minimiseOnSimplex(scaled, new Float64Array(tasks));
  },
});
