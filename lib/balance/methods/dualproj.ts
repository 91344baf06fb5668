import { defineMethod } from "../definition.ts";
import { dualConeCorrection } from "../solvers/dual_cone.ts";
import { uniformWeights } from "../solvers/simplex_projection.ts";

/**
 * DualProj: the mean gradient, projected onto the dual cone of the gradients: the direction nearest to the mean along
 * which no loss rises.
 *
 *     w = argmin over v >= 1/K of v^T G v
 *
 * Solved exactly. Gradients whose mean already points against none of them keep w = 1/K.
 *
 * Lopez-Paz & Ranzato, "Gradient episodic memory for continual learning", NeurIPS 2017: the dual of its quadratic
 * program, with the mean in the place of the new task's gradient.
 *
 * Options: none. State: none.
 */
export const dualproj = defineMethod({
  name: "dualproj",
  needs: "gram",
  options: {},
  weigh({ tasks, gram: G }) {
    const mean = uniformWeights(tasks);
    return dualConeCorrection(G, mean).map((x, i) => mean[i] + x);
  },
});
