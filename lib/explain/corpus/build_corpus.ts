import type { Corpus, CorpusReview, CorpusSentence } from "./corpus.ts";
import { explanationWords } from "./sentence_filter.ts";

/** A review as sentences, all of them. */
export interface SentencedReview extends CorpusReview {
  readonly sentences: readonly string[];
}

/** Keeps of each review the sentences that may explain, and the reviews that have one, in their order. */
export function buildCorpus(
  reviews: Iterable<SentencedReview>,
  attributes: ReadonlySet<string>,
): Corpus {
  const kept: CorpusReview[] = [], corpusSentences: CorpusSentence[] = [];
  for (const { sentences, ...review } of reviews) {
    const found = sentences.flatMap((text, place) => {
      const words = explanationWords(text, attributes);
      return words === undefined ? [] : [{ id: `${review.id}:${place}`, review: kept.length, text, words }];
    });
    if (found.length === 0) continue;
    kept.push(review);
    corpusSentences.push(...found);
  }
  return { reviews: kept, sentences: corpusSentences };
}
