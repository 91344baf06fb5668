import { checkLabels, checkLengths, checkProbabilities, type Numbers } from "../inputs.ts";

/**
 * Calibration: expected over observed positives, `sum_i p_i / sum_i y_i`.
 *
 * 1 is best; above 1 the model over-predicts. Range [0, infinity). It says nothing on single predictions: the
 * base rate alone scores 1.
 *
 * Source: He et al., "Practical Lessons from Predicting Clicks on Ads at Facebook", ADKDD 2014, section 2.
 *
 * @throws {RangeError} Empty input, lengths that differ, a label other than 0 or 1, a probability outside [0, 1],
 *   no positive label.
 */
export function calibration(labels: Numbers, probabilities: Numbers): number {
  checkLengths("calibration", { labels, probabilities });
  checkLabels("calibration", labels);
  checkProbabilities("calibration", probabilities);
  let expected = 0, observed = 0;
  for (let i = 0; i < labels.length; i++) {
    expected += probabilities[i];
    observed += labels[i];
  }
  if (observed === 0) {
    throw new RangeError(
      `Cannot compute calibration: all ${labels.length} labels are 0, expected at least one 1`,
    );
  }
  return expected / observed;
}
