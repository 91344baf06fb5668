/** A rating that somebody gave. */
export interface Rating {
  readonly user: string;
  readonly item: string;
  readonly rating: number;
}

export interface RatingPredictor {
  /** Predicted rating, from 1 to 5; unknown users and items are average. */
  predict(user: string, item: string): number;
}

/**
 * Predicts ratings by biases alone, shrunk towards none:
 *
 *     r(u, i) = mu + b_u + b_i,   b_i = sum_u (r - mu) / (shrinkage + n_i),   b_u = sum_i (r - mu - b_i) / (shrinkage + n_u)
 *
 * Source: the baseline estimates of Koren, "Factor in the Neighbors", ACM TKDD 4 (2010), section 2.1.
 *
 * @throws {RangeError} No ratings.
 */
export function fitRatingBiases(ratings: readonly Rating[], shrinkage: number): RatingPredictor {
  if (ratings.length === 0) {
    throw new RangeError("Cannot fit rating biases: there are no ratings, expected at least one");
  }
  const mean = ratings.reduce((sum, { rating }) => sum + rating, 0) / ratings.length;
  const biases = (side: "user" | "item", residual: (rating: Rating) => number) =>
    new Map(
      [...Map.groupBy(ratings, (rating) => rating[side])].map(([name, own]) => [
        name,
        own.reduce((sum, rating) => sum + residual(rating), 0) / (shrinkage + own.length),
      ]),
    );
  const items = biases("item", ({ rating }) => rating - mean);
  const users = biases("user", ({ rating, item }) => rating - mean - items.get(item)!);
  return {
    predict: (user, item) => Math.min(5, Math.max(1, mean + (users.get(user) ?? 0) + (items.get(item) ?? 0))),
  };
}

/** {@link fitRatingBiases} with the shrinkage, of those given, that predicts the validation ratings best (RMSE). */
export function tuneRatingBiases(
  training: readonly Rating[],
  validation: readonly Rating[],
  shrinkages: readonly number[] = [1, 3, 10, 30],
): { predictor: RatingPredictor; shrinkage: number; rmse: number } {
  const fits = shrinkages.map((shrinkage) => {
    const predictor = fitRatingBiases(training, shrinkage);
    return { predictor, shrinkage, rmse: ratingError(predictor, validation) };
  });
  return fits.reduce((best, fit) => fit.rmse < best.rmse ? fit : best);
}

/** Root mean square error of predicted ratings, in stars; 0 of no ratings. */
export function ratingError(predictor: RatingPredictor, ratings: readonly Rating[]): number {
  const squares = ratings.map(({ user, item, rating }) => (rating - predictor.predict(user, item)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length));
}
