import type { Numbers } from "../inputs.ts";
import { countPairs, type PairCounts } from "./pair_counts.ts";

/**
 * Kendall's tau-b: do two scorings put the same items in the same order?
 *
 *     tau_b = (C - D) / sqrt((C + D + T_a) (C + D + T_b))
 *
 * C and D count the concordant and discordant pairs, T_a and T_b the pairs tied in one scoring only. Range [-1, 1]: 1 is
 * the same order with the same ties, -1 the opposite, 0 none. Symmetric; only the order of the scores matters. Where a
 * scoring ties all items it has no order to share: 0 (SciPy answers NaN). O(n log n).
 *
 * Source: Kendall, "The Treatment of Ties in Ranking Problems", Biometrika 33 (1945).
 *
 * @param a,b Scores of the same items, finite, length n >= 2. Either both scores (higher first) or both ranks.
 * @throws {RangeError} Fewer than two items, lengths that differ, a score that is not finite.
 */
export function kendallTau(a: Numbers, b: Numbers): number {
  const what = "Kendall's tau";
  const pairs = countPairs(what, { a, b });
  if (a.length < 2) throw new RangeError(`Cannot compute ${what}: there is 1 item, expected at least 2`);
  return tauOfPairs(pairs);
}

/** Kendall's tau-b of counted pairs; 0 where a scoring orders none. */
export function tauOfPairs({ concordant, discordant, tiedInA, tiedInB }: PairCounts): number {
  const ordered = concordant + discordant;
  // Two roots, not one of the product: that leaves the exact integers at about 14,000 items.
  const scale = Math.sqrt(ordered + tiedInA) * Math.sqrt(ordered + tiedInB);
  if (scale === 0) return 0;
  return Math.max(-1, Math.min(1, (concordant - discordant) / scale));
}
