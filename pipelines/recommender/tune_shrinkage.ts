import { rmse } from "../../lib/eval/mod.ts";
import type { RatingEvidenceOptions, RatingEvidenceSource, StoredCorpus } from "../../lib/explain/mod.ts";
import { biasRating } from "./data.ts";
import type { CorpusEvidence } from "./evidence.ts";
import { leastOf } from "./least.ts";

/**
 * The shrinkage of biases, of all pairs of those given, whose biases predict the validation ratings best (RMSE).
 *
 * @throws {RangeError} There are no validation reviews.
 */
export function tuneShrinkage(
  { reviews }: StoredCorpus,
  { reviewsOf, draw }: CorpusEvidence,
  candidates: readonly number[],
): { source: RatingEvidenceSource; shrinkage: RatingEvidenceOptions["shrinkage"] } {
  const validation = reviewsOf("validation").map((r) => reviews[r]);
  if (validation.length === 0) {
    throw new RangeError(
      "Cannot train a recommender: there are no validation reviews, expected at least one",
    );
  }
  const fits = candidates.flatMap((item) =>
    candidates.map((user) => {
      const shrinkage = { item, user }, source = draw(shrinkage);
      const predicted = validation.map(({ user, item }) => biasRating(source, user, item));
      return { source, shrinkage, error: rmse(validation.map(({ rating }) => rating), predicted) };
    })
  );
  return leastOf(fits, ({ error }) => error);
}
