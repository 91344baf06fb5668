import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";
import { studentMargin, studentTwoSidedP } from "./student_t.ts";

/** A paired t test of `candidate - baseline`. */
export interface PairedT {
  /** Mean of `candidate - baseline` over the n pairs. */
  readonly difference: number;
  /** `difference` over its standard error. */
  readonly t: number;
  /** Degrees of freedom, n - 1. */
  readonly df: number;
  /** Two-sided p-value. */
  readonly p: number;
  /** Confidence interval of the difference. */
  readonly interval: readonly [low: number, high: number];
  readonly signature: string;
}

/**
 * Paired t test over seeds: does the difference outlast the luck of initialisation and batch order?
 *
 *     d_i = candidate_i - baseline_i,   t = mean(d) / (sd(d) / sqrt n),   df = n - 1
 *
 * `sd` is the sample standard deviation. Differences that are all zero give t = 0 and p = 1.
 * Source: Student, Biometrika 6 (1908).
 *
 * @param baseline,candidate One metric value per seed, the same seed at the same place; n >= 2.
 * @param options.confidence Level of the interval, in (0, 1); default 0.95.
 * @throws {RangeError} Lengths that differ, fewer than two pairs, a value that is not finite; equal differences other
 *   than zero, where t is infinite and a claim of certainty would be an artefact of seeds that change nothing.
 */
export function pairedT(
  baseline: Numbers,
  candidate: Numbers,
  { confidence = 0.95 }: { confidence?: number } = {},
): PairedT {
  const what = "paired t test";
  checkLengths(what, { baseline, candidate });
  checkFinite(what, "baseline", baseline);
  checkFinite(what, "candidate", candidate);
  checkConfidence(what, confidence);
  const n = baseline.length, df = n - 1;
  if (n < 2) throw new RangeError(`Cannot compute ${what}: there is ${n} pair, expected at least 2`);

  const d = Array.from(baseline, (value, i) => candidate[i] - value);
  const difference = d.reduce((sum, x) => sum + x, 0) / n;
  const sd = Math.sqrt(d.reduce((sum, x) => sum + (x - difference) ** 2, 0) / df);
  const signature = `t|paired|seeds:${n}|two-sided|interval:${confidence}|v1`;
  if (d.every((x) => x === 0)) return { difference: 0, t: 0, df, p: 1, interval: [0, 0], signature };

  // Equal differences of unequal values differ in their last bits: that spread is rounding, not evidence.
  const rounding = 8 * Number.EPSILON * largestMagnitude(baseline, candidate);
  if (sd <= rounding) {
    throw new RangeError(
      `Cannot compute ${what}: all ${n} differences are ${difference}, expected them to vary with the seed`,
    );
  }
  const standardError = sd / Math.sqrt(n);
  const t = difference / standardError;
  const margin = studentMargin(confidence, df) * standardError;
  const p = studentTwoSidedP(t, df);
  return { difference, t, df, p, interval: [difference - margin, difference + margin], signature };
}

/** Refuses a confidence level outside (0, 1). */
export function checkConfidence(what: string, confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Cannot compute ${what}: confidence is ${confidence}, expected a number in (0, 1)`);
  }
}

function largestMagnitude(...arrays: Numbers[]): number {
  let largest = 0;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) largest = Math.max(largest, Math.abs(array[i]));
  }
  return largest;
}
