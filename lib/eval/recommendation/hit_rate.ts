import { firstRelevant } from "./first_relevant.ts";
import { checkCutoff, meanOverUsers, type RankedList, type RankingScore } from "./ranked_list.ts";

/**
 * Hit rate at k: the share of users who find a relevant item among the first k.
 *
 *     HR@k = #{u : some relevant item of u has a place <= k} / #{u : u has a relevant item}
 *
 * Range [0, 1], higher is better, monotone in k; a relevance above 0 is relevant. With a single relevant item a user it
 * is recall at k. Where a tie spans the cutoff, a user counts with the chance of a hit under a random order of the
 * tied items. Users without a relevant item are skipped and counted.
 *
 * Source: Deshpande & Karypis, "Item-Based Top-N Recommendation Algorithms", ACM TOIS 22 (2004); ties:
 * McSherry & Najork, ECIR 2008.
 *
 * @param lists One list per user.
 * @throws {RangeError} No lists, an empty list, lengths that differ, a score that is not finite, a relevance that is
 *   negative or not finite, a cutoff that is no positive integer, no relevant item at all.
 */
export function hitRate(lists: readonly RankedList[], { k }: { k: number }): RankingScore {
  checkCutoff("hit rate", k);
  const mean = meanOverUsers("hit rate", lists, (list) => {
    const { start, chances } = firstRelevant(list)!;
    const within = chances.slice(0, Math.max(0, k - start));
    // All places of a tie within the cutoff: a sure hit, without the rounding of a sum.
    return within.length === chances.length ? 1 : within.reduce((sum, chance) => sum + chance, 0);
  });
  return { ...mean, signature: hitRateSignature(k) };
}

/** Signature of {@link hitRate} at a cutoff. */
export function hitRateSignature(k: number): string {
  return `HR|k:${k}|relevant:above-0|ties:expected|no-relevant:skipped|v1`;
}
