import { defineMethod } from "../definition.ts";
import { cosines, dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { pseudoSolve } from "../solvers/symmetric_eigen.ts";

/**
 * ConFIG, conflict-free inverse gradients: the direction that has the same cosine with every gradient, as long as
 * the sum of the gradients' projections on it.
 *
 *     C = U U^T, the cosines of the rows:  y = pinv(C) 1,  u = U^T y / |U^T y|
 *     d = (sum_i g_i . u) u,   so w_i = (sum_j n_j (C y)_j) y_i / (n_i y^T C y)
 *
 * Unit rows that depend on each other may have no common cosine; the pseudo-inverse then comes nearest to it. A task
 * without a gradient has weight 0. Where pinv(C) 1 = 0 (opposite gradients) there is no such direction: w = 0.
 *
 * Liu, Chu & Thuerey, "ConFIG: towards conflict-free training of physics informed neural networks", 2024, arXiv
 * 2408.11104.
 *
 * Options: none. State: none.
 */
export const config = defineMethod({
  name: "config",
  needs: "gram",
  options: {},
  weigh({ tasks, gram: G }) {
    const n = rowNorms(G, tasks), C = cosines(G, n);
    const y = pseudoSolve(C, n.map((n) => n > 0 ? 1 : 0)).solution;
    const alike = gramTimes(C, y);
    const square = dot(y, alike);
    if (square <= 0) return new Float64Array(tasks);
    // Lengths relative to the longest: their weighted sum could overflow where the weights do not.
    const longest = n.reduce((most, n) => Math.max(most, n));
    const length = dot(n.map((n) => n / longest), alike) / square;
    return y.map((y, i) => n[i] === 0 ? 0 : length * y * (longest / n[i]));
  },
});
