import { matchRatingScale, type RatingPredictor, type StoredCorpus } from "../../lib/explain/mod.ts";

/**
 * The map from a system's ratings to the scale of the stars that people give, by the validation reviews of a corpus.
 *
 * @throws {RangeError} All validation reviews have the same stars.
 */
export function starScale({ reviews }: StoredCorpus, system: RatingPredictor): (rating: number) => number {
  const validation = reviews.filter(({ split }) => split === "validation");
  return matchRatingScale(
    validation.map(({ user, item }) => system.predict(user, item)),
    validation.map(({ rating }) => rating),
  );
}
