import { defineMethod } from "../definition.ts";
import { checkFromZero, hasLoss } from "../solvers/losses.ts";

/**
 * SI, scale-invariant weights: the sum of the logarithms of the losses. Multiplying a loss by a constant changes
 * nothing.
 *
 *     objective  sum_i log L_i,   w_i = 1 / L_i
 *
 * A loss of 0 has weight 0; its gradient is 0 as well.
 *
 * Navon et al., "Multi-task learning as a bargaining game", ICML 2022, section 5, where it is a baseline.
 *
 * Options: none. State: none.
 *
 * @throws {RangeError} If a loss is below 0.
 */
export const si = defineMethod({
  name: "si",
  needs: "losses",
  options: {},
  weigh({ losses }) {
    checkFromZero("si", losses);
    return losses.map((loss) => hasLoss(loss) ? 1 / loss : 0);
  },
});
