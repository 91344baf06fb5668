import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { checkFromZero, hasLoss } from "../solvers/losses.ts";
import { adamStep, noMoments } from "../solvers/scalar_adam.ts";

/**
 * UW, uncertainty weights: s_i = log sigma_i^2, the logarithm of a task's noise, is learned with the network.
 *
 *     objective  sum_i L_i / (2 e^{s_i}) + s_i / 2          s starts at 0
 *     w_i = e^{-s_i} / 2,   then  s <- Adam(s, (1 - L_i e^{-s_i}) / 2)
 *
 * The best s_i is log L_i: in the end each loss is divided by twice its size. A task of loss 0 keeps its s.
 *
 * The authors leave s to the network's optimizer; here it has an Adam of its own. LibMTL starts s at -1/2.
 *
 * Kendall et al., "Multi-task learning using uncertainty to weigh losses for scene geometry and semantics", CVPR 2018,
 * equation 7, with e^{s} for sigma^2 (section 3.2).
 *
 * State: s [K] and Adam's m, v, t [K].
 *
 * @throws {RangeError} If a loss is below 0: the objective would have no minimum in s.
 */
export const uw = defineMethod({
  name: "uw",
  needs: "losses",
  options: {
    /** Step size of s, from 0 up. Adam's usual one, as the network's. */
    lr: v.optional(numberFrom(0), 1e-3),
  },
  initialState: (tasks) => ({ s: new Float64Array(tasks), ...noMoments(tasks) }),
  weigh({ losses }, { lr }, state) {
    checkFromZero("uw", losses);
    const { s } = state;
    const w = s.map((s) => Math.exp(-s) / 2);
    losses.forEach((L, i) => {
      if (hasLoss(L)) adamStep(s, i, 1 / 2 - L * w[i], state, lr);
    });
    return w;
  },
});

/** sum_i L_i / (2 e^{s_i}) + s_i / 2, for losses and s of one length. */
export function uwObjective(losses: Float64Array, s: Float64Array): number {
  return losses.reduce((sum, L, i) => sum + L / (2 * Math.exp(s[i])) + s[i] / 2, 0);
}
