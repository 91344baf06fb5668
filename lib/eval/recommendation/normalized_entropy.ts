import type { Numbers } from "../inputs.ts";
import { logLosses } from "./log_loss.ts";

/**
 * Normalized entropy: mean log loss over the entropy of the evaluated set's own base rate.
 *
 *     NE = mean_i loss_i / H(r),   r = mean_i y_i,   H(r) = -r ln r - (1 - r) ln(1 - r)
 *
 * 1 is the predictor that always answers the base rate; 0 is perfect; above 1 is worse than the base rate.
 * Lower is better. Values on sets with different base rates are comparable, log losses are not.
 *
 * Source: He et al., "Practical Lessons from Predicting Clicks on Ads at Facebook", ADKDD 2014, equation 3.
 *
 * @throws {RangeError} As {@link logLosses}; and labels of a single class, whose entropy is 0.
 */
export function normalizedEntropy(labels: Numbers, probabilities: Numbers): number {
  const losses = logLosses(labels, probabilities);
  let loss = 0, positives = 0;
  for (let i = 0; i < losses.length; i++) {
    loss += losses[i];
    positives += labels[i];
  }
  if (positives === 0 || positives === losses.length) {
    throw new RangeError(
      `Cannot compute normalized entropy: all ${losses.length} labels are ${
        labels[0]
      }, expected both 0 and 1`,
    );
  }
  return normalizedEntropyOfSums(loss, positives, losses.length);
}

/** NE from the summed log loss of `count` examples, `positives` of them with label 1; 0 < positives < count. */
export function normalizedEntropyOfSums(loss: number, positives: number, count: number): number {
  const r = positives / count;
  return loss / count / (-r * Math.log(r) - (1 - r) * Math.log1p(-r));
}

/**
 * Relative NE gain over a baseline, in percent: `(NE_baseline - NE) / NE_baseline * 100`. Positive is better.
 *
 * @throws {RangeError} A value that is not finite, a negative NE, a baseline of 0.
 */
export function relativeGain(ne: number, baselineNe: number): number {
  if (!(ne >= 0 && ne < Infinity)) {
    throw new RangeError(`Cannot compute relative gain: NE is ${ne}, expected a finite number from 0 up`);
  }
  if (!(baselineNe > 0 && baselineNe < Infinity)) {
    throw new RangeError(
      `Cannot compute relative gain: the baseline NE is ${baselineNe}, expected a positive number`,
    );
  }
  return (baselineNe - ne) / baselineNe * 100;
}
