import type { Numbers } from "../inputs.ts";
import { countPairs, type PairCounts } from "./pair_counts.ts";

/**
 * Pairwise accuracy: the share of the pairs that a system orders whose order is recovered.
 *
 *     accuracy = (C + T / 2) / (C + D + T)
 *
 * C pairs are in the system's order, D in the opposite one, T tied by the recovered scores: those are a coin's toss, and
 * count half. Pairs that the system ties have no order to recover, and are skipped. Range [0, 1], higher is better, 0.5 is
 * chance. Only the order of the scores matters. O(n log n).
 *
 * Source: the concordance index of Harrell et al., JAMA 247 (1982), with the system as the truth.
 *
 * @param system The system's scores of n items, higher first.
 * @param recovered Scores of the same items as read from their explanations, higher first.
 * @throws {RangeError} No items, lengths that differ, a score that is not finite, no pair that the system orders.
 */
export function pairwiseAccuracy(system: Numbers, recovered: Numbers): number {
  const what = "pairwise accuracy";
  const accuracy = accuracyOfPairs(countPairs(what, { system, recovered }));
  if (accuracy === undefined) {
    throw new RangeError(
      `Cannot compute ${what}: the system orders no pair of its ${system.length} items, expected at least one`,
    );
  }
  return accuracy;
}

/** Pairwise accuracy with the system as `a` and the recovered scores as `b`; undefined where the system orders no pair. */
export function accuracyOfPairs({ concordant, discordant, tiedInB }: PairCounts): number | undefined {
  const judged = concordant + discordant + tiedInB;
  return judged === 0 ? undefined : (concordant + tiedInB / 2) / judged;
}
