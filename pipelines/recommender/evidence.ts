/** What a recommender knows of a user and an item before it predicts: evidence from the training reviews of a corpus. */
import {
  aspectsOfReviews,
  createRatingEvidence,
  evidenceNames,
  fitOpinionPolarity,
  type OpinionPolarity,
  type RatingEvidence,
  type RatingEvidenceOptions,
  type RatingEvidenceSource,
  type ReviewAspects,
  type ReviewSplit,
  type StoredCorpus,
} from "../../lib/explain/mod.ts";

/** The reviews of a corpus with what they speak of, and what the training reviews tell. */
export interface CorpusEvidence {
  /** Of each review, by index. */
  readonly aspects: readonly ReviewAspects[];
  /** Learned from the training reviews. */
  readonly polarity: OpinionPolarity;
  /** Indices of the reviews of a split. */
  reviewsOf(split: ReviewSplit): number[];
  /** Evidence from the training reviews, with biases shrunk so far. */
  draw(shrinkage: RatingEvidenceOptions["shrinkage"]): RatingEvidenceSource;
}

export function evidenceOf(corpus: StoredCorpus): CorpusEvidence {
  const { reviews, attributes, opinions } = corpus;
  const aspects = aspectsOfReviews(corpus, new Set(attributes), new Set(opinions));
  const reviewsOf = (split: ReviewSplit) =>
    reviews.keys().filter((r) => reviews[r].split === split).toArray();
  const training = reviewsOf("train").map((r) => ({ ...reviews[r], aspects: aspects[r] }));
  const polarity = fitOpinionPolarity(training);
  return {
    aspects,
    polarity,
    reviewsOf,
    draw: (shrinkage) => createRatingEvidence(training, { shrinkage, polarity }),
  };
}

/** Names of the dense inputs, in order. */
export const denseInputs = evidenceNames;

/** Dense inputs of evidence, not yet standardised: counts as log(1 + n). */
export function denseValues(evidence: RatingEvidence): number[] {
  return evidenceNames.map((name) =>
    name === "itemReviews" || name === "userReviews" ? Math.log1p(evidence[name]) : evidence[name]
  );
}
