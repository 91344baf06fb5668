import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { rowNorms } from "../solvers/gram.ts";
import { checkFromZero, hasLoss } from "../solvers/losses.ts";
import { adamStep, noMoments } from "../solvers/scalar_adam.ts";
import { softmax } from "../solvers/softmax.ts";

/** Ratios of losses are kept within its inverse and it. */
const LARGEST_RATIO = 1e150;

/**
 * GradNorm: learned weights bring the norms of the weighted gradients to a common size, larger for tasks that learn
 * slowly.
 *
 *     w = K softmax(s)                                      s starts at 0
 *     n_i = w_i |g_i|                                       |g_i| = sqrt(G_ii)
 *     r_i = (L_i / L_i^0) / mean_j(L_j / L_j^0)             L^0: losses of the first step
 *     gap = sum_i |n_i - mean(n) r_i^alpha|,                the second term held constant
 *     s <- Adam(s, d gap / d s)
 *
 * The weights returned are those before s moves. The gap is taken relative to mean(n), which leaves its direction as
 * it is and Adam's epsilon without effect. A task without a gradient or with loss 0 is in no mean and no sum of its
 * step; L_i^0 is a task's first loss above 0.
 *
 * The authors learn w and rescale it to sum K after each step; K softmax(s), as in LibMTL, never leaves that sum.
 *
 * Chen et al., "GradNorm: gradient normalization for adaptive loss balancing in deep multitask networks", ICML 2018,
 * algorithm 1.
 *
 * State: s, first (L^0) and Adam's m, v, t [K].
 *
 * @throws {RangeError} If a loss is below 0.
 */
export const gradnorm = defineMethod({
  name: "gradnorm",
  needs: "gram",
  options: {
    /** How strongly slow tasks are favoured, from 0 up; 0 asks for equal norms. */
    alpha: v.optional(numberFrom(0), 1.5),
    /** Step size of s, from 0 up; the authors' for w. */
    lr: v.optional(numberFrom(0), 0.025),
  },
  initialState: (tasks) => ({
    s: new Float64Array(tasks),
    first: new Float64Array(tasks),
    ...noMoments(tasks),
  }),
  weigh({ tasks: K, losses, gram: G }, { alpha, lr }, state) {
    checkFromZero("gradnorm", losses);
    const { s, first } = state;
    losses.forEach((L, i) => {
      if (first[i] === 0 && hasLoss(L)) first[i] = L;
    });
    const share = softmax(s), w = share.map((share) => K * share);

    const norms = rowNorms(G, K);
    const n = norms.map((norm, i) => hasLoss(losses[i]) ? w[i] * norm : 0);
    const learning = Array.from(n.keys()).filter((i) => n[i] > 0);
    const mean = (x: Float64Array) => learning.reduce((sum, i) => sum + x[i], 0) / learning.length;
    const ratio = losses.map((L, i) =>
      n[i] > 0 ? Math.min(Math.max(L / first[i], 1 / LARGEST_RATIO), LARGEST_RATIO) : 0
    );
    const meanNorm = mean(n), meanRatio = mean(ratio);

    // d n_i / d s_j = n_i ([i = j] - w_j / K)
    const slope = new Float64Array(K);
    let sum = 0;
    for (const i of learning) {
      const relative = n[i] / meanNorm, target = (ratio[i] / meanRatio) ** alpha;
      slope[i] = Math.sign(relative - target) * relative;
      sum += slope[i];
    }
    if (learning.length > 0) s.forEach((_, j) => adamStep(s, j, slope[j] - share[j] * sum, state, lr));
    return w;
  },
});
