import type { Corpus } from "./corpus.ts";
import type { ReviewSplit } from "./split_reviews.ts";

/** Indices of the sentences of a split's reviews, in their order. */
export function sentencesOfSplit({ reviews, sentences }: Corpus, split: ReviewSplit): number[] {
  return [...sentences.keys()].filter((s) => reviews[sentences[s].review].split === split);
}
