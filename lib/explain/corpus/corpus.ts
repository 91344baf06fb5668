import type { ReviewSplit } from "./split_reviews.ts";

/** A review of which at least one sentence may explain. */
export interface CorpusReview {
  readonly id: string;
  readonly user: string;
  readonly item: string;
  readonly category: string;
  /** In stars. */
  readonly rating: number;
  readonly split: ReviewSplit;
  /** Votes that found it helpful, of all votes, where the source has votes. */
  readonly helpful?: readonly [helpful: number, votes: number];
}

/** A sentence that may explain. */
export interface CorpusSentence {
  /** Id of the review and its place there: "A1/B2:3". */
  readonly id: string;
  /** Index of its review in the corpus. */
  readonly review: number;
  /** As written, cleaned. */
  readonly text: string;
  readonly words: readonly string[];
}

/** Reviews and their sentences, those of one review next to one another, in its order. */
export interface Corpus {
  readonly reviews: readonly CorpusReview[];
  readonly sentences: readonly CorpusSentence[];
}

/**
 * What is asked of an explainer: for one user and item, candidates to choose from and references to compare with.
 * Sentences are indices in the corpus.
 */
export interface ExplanationTask {
  readonly user: string;
  readonly item: string;
  /** Index of the user's own review of the item, where there is one. */
  readonly review?: number;
  /** Sentences that other people wrote about the item, in training reviews; the order tells nothing. */
  readonly candidates: readonly number[];
  /** Sentences that the user wrote about other items of the category, in training reviews. */
  readonly references: readonly number[];
  /** The sentences of the user's own review: what an explanation is compared with; none where there is no review. */
  readonly targets: readonly number[];
}
