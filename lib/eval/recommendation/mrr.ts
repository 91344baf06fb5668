import { firstRelevant } from "./first_relevant.ts";
import { checkLengths, type Numbers } from "../inputs.ts";
import { checkCutoff, meanOverUsers, type RankedList, type RankingScore } from "./ranked_list.ts";

/**
 * Mean reciprocal rank over users of the first relevant item.
 *
 *     MRR@k = mean_u 1 / rank_u   (0 where rank_u > k)
 *
 * Range [0, 1], higher is better; a relevance above 0 is relevant. Ties take the value expected of a random order of the
 * tied items. Users without a relevant item are skipped and counted.
 *
 * Source: Voorhees, "The TREC-8 Question Answering Track Report", 1999; ties: McSherry & Najork, ECIR 2008.
 *
 * @param lists One list per user.
 * @param options.k Cutoff; default the whole list.
 * @throws {RangeError} As `hitRate`.
 */
export function mrr(lists: readonly RankedList[], { k = Infinity }: { k?: number } = {}): RankingScore {
  checkCutoff("MRR", k);
  const mean = meanOverUsers("MRR", lists, (list) => {
    const { start, chances } = firstRelevant(list)!;
    return chances.slice(0, Math.max(0, k - start))
      .reduce((sum, chance, j) => sum + chance / (start + j + 1), 0);
  });
  return { ...mean, signature: mrrSignature(k) };
}

/** Signature of {@link mrr} at a cutoff. */
export function mrrSignature(k = Infinity): string {
  return `MRR|k:${k === Infinity ? "all" : k}|relevant:above-0|ties:expected|no-relevant:skipped|v1`;
}

/**
 * Mean reciprocal rank of ranks that are known: `mean_i 1 / rank_i`. The rank is that of the one right answer among
 * the candidates, as of the sentence an extractor should pick; `Infinity` where it is not among them counts 0.
 *
 * Range [0, 1], higher is better. Source: Voorhees, 1999.
 *
 * @param ranks From 1 up. A tie may have a mid-rank, such as 1.5.
 * @throws {RangeError} No ranks, a rank below 1 or NaN.
 */
export function meanReciprocalRank(ranks: Numbers): number {
  const what = "mean reciprocal rank";
  checkLengths(what, { ranks });
  let sum = 0;
  for (let i = 0; i < ranks.length; i++) {
    if (!(ranks[i] >= 1)) {
      throw new RangeError(`Cannot compute ${what}: ranks[${i}] is ${ranks[i]}, expected a number from 1 up`);
    }
    sum += 1 / ranks[i];
  }
  return sum / ranks.length;
}
