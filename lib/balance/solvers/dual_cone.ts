import { minimiseOnOrthant } from "./active_set.ts";
import { blockPivoting } from "./block_pivoting.ts";
import { gramTimes } from "./gram.ts";

/**
 * Projections onto the dual cone of the rows, {d: g_i . d >= 0 for all i}: the direction nearest to J^T u against
 * which no gradient points.
 *
 *     v = argmin over v >= u of v^T G v,   d = J^T v
 *
 * With v = u + x this is the minimum over x >= 0 of x^T G x / 2 + (G u)^T x. It is exact: where x_i > 0, g_i . d = 0
 * up to rounding.
 *
 * @param u Weights [K] of what is projected.
 * @param neighbour v - u of a similar projection, to begin from.
 * @returns x = v - u [K], from 0 up.
 */
export function dualConeCorrection(
  G: Float64Array,
  u: Float64Array,
  neighbour: Float64Array = new Float64Array(u.length),
): Float64Array {
  const p = gramTimes(G, u);
  return minimiseOnOrthant(G, p, blockPivoting(G, p, neighbour.keys().filter((i) => neighbour[i] > 0)));
}
