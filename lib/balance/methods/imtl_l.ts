import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { checkFromZero, hasLoss } from "../solvers/losses.ts";
import { adamStep, noMoments } from "../solvers/scalar_adam.ts";

/**
 * IMTL-L: learned scales bring all losses to one size.
 *
 *     objective  sum_i e^{s_i} L_i - s_i                    s starts at 0
 *     w_i = e^{s_i},   then  s <- Adam(s, e^{s_i} L_i - 1)
 *
 * The best s_i is -log L_i, where every scaled loss is 1. It is twice the objective of `uw` at -s, derived without a
 * likelihood. A task of loss 0 keeps its s.
 *
 * The authors leave s to the network's optimizer; here it has an Adam of its own.
 *
 * Liu et al., "Towards impartial multi-task learning", ICLR 2021, section 3.2 with a = e, b = 1.
 *
 * State: s [K] and Adam's m, v, t [K].
 *
 * @throws {RangeError} If a loss is below 0: the objective would have no minimum in s.
 */
export const imtlL = defineMethod({
  name: "imtl-l",
  needs: "losses",
  options: {
    /** Step size of s, from 0 up. Adam's usual one, as the network's. */
    lr: v.optional(numberFrom(0), 1e-3),
  },
  initialState: (tasks) => ({ s: new Float64Array(tasks), ...noMoments(tasks) }),
  weigh({ losses }, { lr }, state) {
    checkFromZero("imtl-l", losses);
    const { s } = state;
    const w = s.map(Math.exp);
    losses.forEach((L, i) => {
      if (hasLoss(L)) adamStep(s, i, w[i] * L - 1, state, lr);
    });
    return w;
  },
});

/** sum_i e^{s_i} L_i - s_i, for losses and s of one length. */
export function imtlLObjective(losses: Float64Array, s: Float64Array): number {
  return losses.reduce((sum, L, i) => sum + Math.exp(s[i]) * L - s[i], 0);
}
