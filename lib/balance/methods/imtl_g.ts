import { defineMethod } from "../definition.ts";
import { cosines, rowNorms } from "../solvers/gram.ts";
import { uniformWeights } from "../solvers/simplex_projection.ts";
import { pseudoSolve } from "../solvers/symmetric_eigen.ts";

/** Sums below this share of sum |w_i| are zero but for rounding. */
const ZERO_SUM = 1e-12;

/**
 * IMTL-G: weights, negative ones allowed, with which the direction has equal projections on the unit gradients.
 *
 *     G w = c sqrt(diag G):  w = pinv(G) sqrt(diag G) / sum
 *
 * Where the unit gradients are independent, pinv(G) is G^{-1} and is applied to unit rows, so that gradients of very
 * different lengths cost no accuracy. Dependent gradients (proportional ones too) get the pseudo-inverse of G.
 * If the weights sum to 0, no multiple of them is an affine combination (opposite gradients of one length, or none
 * at all): equal weights 1/T then.
 *
 * Liu et al., "Towards impartial multi-task learning", ICLR 2021, equation 6, written for all T weights at once.
 *
 * Options: none. State: none.
 */
export const imtlG = defineMethod({
  name: "imtl-g",
  needs: "gram",
  options: {},
  weigh({ tasks, gram: G }) {
    const n = rowNorms(G, tasks);
    const onUnitRows = pseudoSolve(cosines(G, n), n.map((n) => n > 0 ? 1 : 0));
    const independent = onUnitRows.rank === n.filter((n) => n > 0).length;
    const w = independent
      ? onUnitRows.solution.map((y, i) => n[i] > 0 ? y / n[i] : 0)
      : pseudoSolve(G, n).solution;
    const sum = w.reduce((sum, w) => sum + w, 0);
    const size = w.reduce((sum, w) => sum + Math.abs(w), 0);
    return Math.abs(sum) <= ZERO_SUM * size ? uniformWeights(tasks) : w.map((w) => w / sum);
  },
});
