import { checkLabels, checkLengths, checkProbabilities, type Numbers } from "../inputs.ts";

/** Probabilities are moved into [clip, 1 - clip] before the logarithm: a sure mistake costs 34.5 nats, not infinity. */
export const probabilityClip = 1e-15;

/**
 * Log loss of each example, in nats: `-y ln p - (1 - y) ln(1 - p)`, with p clipped by {@link probabilityClip}.
 *
 * @param labels 0 or 1, length n.
 * @param probabilities Predicted probability of 1, in [0, 1], length n.
 * @returns n values in [0, 34.54].
 * @throws {RangeError} Empty input, lengths that differ, another label, a probability outside [0, 1].
 */
export function logLosses(labels: Numbers, probabilities: Numbers): Float64Array {
  checkLengths("log loss", { labels, probabilities });
  checkLabels("log loss", labels);
  checkProbabilities("log loss", probabilities);
  const losses = new Float64Array(labels.length);
  for (let i = 0; i < losses.length; i++) {
    const p = Math.min(Math.max(probabilities[i], probabilityClip), 1 - probabilityClip);
    losses[i] = labels[i] === 1 ? -Math.log(p) : -Math.log1p(-p);
  }
  return losses;
}

/** Mean of {@link logLosses}, in nats: the binary cross-entropy. Lower is better; same errors. */
export function logLoss(labels: Numbers, probabilities: Numbers): number {
  const losses = logLosses(labels, probabilities);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
