import { defineMethod } from "../definition.ts";
import { checkFromZero, hasLoss, logLosses } from "../solvers/losses.ts";

/**
 * GLS, the geometric loss strategy: the geometric mean of the losses. Multiplying a loss by a constant changes the
 * length of the direction alone.
 *
 *     objective  gls = (prod_i L_i)^{1/K},   w_i = gls / (K L_i)
 *
 * A loss of 0 has weight 0, and the mean is over the K that are not 0: the true one would be 0 and have no derivative.
 *
 * Chennupati et al., "MultiNet++: multi-stream feature aggregation and geometric loss strategy for multi-task learning",
 * CVPR workshops 2019.
 *
 * Options: none. State: none.
 *
 * @throws {RangeError} If a loss is below 0.
 */
export const gls = defineMethod({
  name: "gls",
  needs: "losses",
  options: {},
  weigh({ losses }) {
    checkFromZero("gls", losses);
    const logs = logLosses(losses), { log, K } = logMean(losses);
    // The cap counts for losses of 1e-300 beside many of 1e300.
    return logs.map((logLoss, i) =>
      hasLoss(losses[i]) ? Math.min(Math.exp(log - logLoss) / K, Number.MAX_VALUE) : 0
    );
  },
});

/** (prod_i L_i)^{1/K} of the losses that are not 0; 0 if none is. */
export function glsObjective(losses: Float64Array): number {
  const { log, K } = logMean(losses);
  return K === 0 ? 0 : Math.exp(log);
}

/** The mean of log L_i over the K losses that are not 0. */
function logMean(losses: Float64Array): { log: number; K: number } {
  let sum = 0, K = 0;
  for (const loss of losses) {
    if (!hasLoss(loss)) continue;
    sum += Math.log(loss);
    K++;
  }
  return { log: sum / K, K };
}
