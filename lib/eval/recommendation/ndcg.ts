import { checkCutoff, meanOverUsers, type RankedList, type RankingScore, tiesOf } from "./ranked_list.ts";

export interface NdcgOptions {
  /** Cutoff: the first k places count; default all. */
  readonly k?: number;
  /** What a relevance is worth: "exponential" (default) `2^rel - 1`, "linear" `rel`. For binary relevance they agree. */
  readonly gain?: "exponential" | "linear";
}

/**
 * Normalised discounted cumulative gain, mean over users.
 *
 *     DCG@k = sum_{i=1}^{k} gain(rel_i) / log2(i + 1),   NDCG@k = DCG@k / max DCG@k
 *
 * where the maximum is that of the same items ranked by relevance. Range [0, 1], higher is better, 1 is a perfect
 * ranking. Items of equal score share the gain of their places evenly: the value expected of a random order among
 * them, so neither the order of the input nor a constant score gains anything. Users without a relevant item are
 * skipped and counted.
 *
 * Source: Järvelin & Kekäläinen, ACM TOIS 20 (2002); the exponential gain: Burges et al., ICML 2005; ties: McSherry
 * & Najork, "Computing Information Retrieval Performance Measures Efficiently in the Presence of Tied Scores", ECIR
 * 2008.
 *
 * @param lists One list per user.
 * @throws {RangeError} No lists, an empty list, lengths that differ, a score that is not finite, a relevance that is
 *   negative, not finite or too large for the gain, a cutoff that is no positive integer, no relevant item at all.
 */
export function ndcg(lists: readonly RankedList[], options: NdcgOptions = {}): RankingScore {
  const { k = Infinity, gain = "exponential" } = options;
  checkCutoff("NDCG", k);
  if (!Object.hasOwn(gains, gain)) {
    throw new RangeError(
      `Cannot compute NDCG: gain is "${gain}", expected one of ${Object.keys(gains).join(", ")}`,
    );
  }
  const { worth } = gains[gain];
  return {
    ...meanOverUsers("NDCG", lists, (list) => normalizedGain(list, k, worth)),
    signature: ndcgSignature(options),
  };
}

/** Signature of {@link ndcg} under given options. */
export function ndcgSignature({ k = Infinity, gain = "exponential" }: NdcgOptions = {}): string {
  return `NDCG|k:${k === Infinity ? "all" : k}|gain:${
    gains[gain].formula
  }|discount:log2|ties:expected|no-relevant:skipped|v1`;
}

const gains = {
  exponential: { formula: "2^rel-1", worth: (relevance: number) => 2 ** relevance - 1 },
  linear: { formula: "rel", worth: (relevance: number) => relevance },
};

function normalizedGain(list: RankedList, k: number, worth: (relevance: number) => number): number {
  const discount = (place: number) => place < k ? 1 / Math.log2(place + 2) : 0;
  const ideal = Array.from(list.relevance, worth).sort((a, b) => b - a)
    .reduce((sum, gain, place) => sum + gain * discount(place), 0);
  if (!(ideal > 0 && ideal < Infinity)) {
    throw new RangeError(
      `Cannot compute NDCG: the largest possible gain of a list is ${ideal}, expected a positive finite number`,
    );
  }
  let gained = 0;
  for (const { start, relevance } of tiesOf(list)) {
    if (start >= k) break;
    const mean = relevance.reduce((sum, rel) => sum + worth(rel), 0) / relevance.length;
    for (let place = start; place < start + relevance.length; place++) gained += mean * discount(place);
  }
  return Math.min(1, gained / ideal);
}
