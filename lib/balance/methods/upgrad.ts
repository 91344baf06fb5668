import { defineMethod } from "../definition.ts";
import { dualConeCorrection } from "../solvers/dual_cone.ts";

/**
 * UPGrad, unconflicting projection of gradients: each gradient is projected onto the dual cone of all of them, where
 * no loss rises; the direction is the mean of the projections.
 *
 *     v_i = argmin over v >= e_i of v^T G v,   w = 1/K sum_i v_i
 *
 * The K quadratic programs are solved exactly, without the regularisation that biases the authors' weights by 1e-4.
 * Rows as they are: a longer gradient counts for more.
 *
 * Quinton & Rey, "Jacobian descent for multi-objective optimization", 2024, arXiv 2406.16232.
 *
 * Options: none. State: none.
 */
export const upgrad = defineMethod({
  name: "upgrad",
  needs: "gram",
  options: {},
  weigh({ tasks, gram: G }) {
    const w = new Float64Array(tasks);
    let x: Float64Array | undefined;
    for (let i = 0; i < tasks; i++) {
      const e = new Float64Array(tasks);
      e[i] = 1;
      x = dualConeCorrection(G, e, x);
      for (let k = 0; k < tasks; k++) w[k] += (e[k] + x[k]) / tasks;
    }
    return w;
  },
});
