import jStat from "jstat";
import type { Random } from "../random/mod.ts";

/**
 * Draws the labels of all tasks so that each is 1 with its probability, and those of one row depend on each other as
 * in a Gaussian copula: with z_i and e_ti independent standard normal and r the correlation,
 *
 *     y_ti = 1 if Phi(sqrt(r) z_i + sqrt(1 - r) e_ti) < p_ti, else 0.
 *
 * @param probabilities [T][rows]
 * @returns [T][rows]
 */
export function drawLabels(
  probabilities: readonly Float64Array[],
  correlation: number,
  random: Random,
): Uint8Array[] {
  const common = random.fork("common");
  const z = Float64Array.from(probabilities[0], () => Math.sqrt(correlation) * common.normal());
  return probabilities.map((p, t) => {
    const own = random.fork(t);
    return Uint8Array.from(p, (probability, i) => {
      const score = z[i] + Math.sqrt(1 - correlation) * own.normal();
      return jStat.normal.cdf(score, 0, 1) < probability ? 1 : 0;
    });
  });
}
