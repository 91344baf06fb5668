import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";

/**
 * Root mean square error of predicted ratings, in units of the rating.
 *
 *     RMSE = sqrt(sum_i (p_i - y_i)^2 / n)
 *
 * Range [0, infinity), lower is better; at least {@link mae}, and more sensitive to large errors. Predictions are
 * taken as they are: clip them to the scale first if the system does.
 *
 * Source: Herlocker et al., "Evaluating Collaborative Filtering Recommender Systems", ACM TOIS 22 (2004).
 *
 * @param targets True ratings, finite, length n.
 * @param predictions Predicted ratings, finite, length n.
 * @throws {RangeError} Empty input, lengths that differ, a value that is not finite.
 */
export function rmse(targets: Numbers, predictions: Numbers): number {
  return Math.sqrt(meanError("RMSE", targets, predictions, (error) => error * error));
}

/**
 * Mean absolute error of predicted ratings, in units of the rating: `sum_i |p_i - y_i| / n`.
 *
 * Range [0, infinity), lower is better. Source and errors as in {@link rmse}.
 */
export function mae(targets: Numbers, predictions: Numbers): number {
  return meanError("MAE", targets, predictions, Math.abs);
}

function meanError(
  what: string,
  targets: Numbers,
  predictions: Numbers,
  cost: (error: number) => number,
): number {
  checkLengths(what, { targets, predictions });
  checkFinite(what, "targets", targets);
  checkFinite(what, "predictions", predictions);
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += cost(predictions[i] - targets[i]);
  return sum / targets.length;
}
