import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";
import { checkConfidence } from "./paired_t.ts";
import { studentMargin } from "./student_t.ts";

export interface MeanInterval {
  readonly mean: number;
  /** Half the width of the interval. */
  readonly margin: number;
  readonly interval: readonly [low: number, high: number];
  readonly signature: string;
}

/**
 * Confidence interval of a mean, by Student's t:
 *
 *     mean(x) -+ t_{(1 + confidence)/2, n - 1} sd(x) / sqrt n
 *
 * `sd` is the sample standard deviation. Equal values have an interval of width 0. Exact for normal values, near
 * enough for means of many; per-example values of a mean metric, or one value a seed, are what it is for.
 * Source: Student, Biometrika 6 (1908).
 *
 * @param values Finite numbers, n >= 2.
 * @param confidence Level, in (0, 1).
 * @throws {RangeError} Fewer than two values, a value that is not finite, values whose squares overflow, another level.
 */
export function meanInterval(values: Numbers, confidence = 0.95): MeanInterval {
  const what = "interval of a mean", n = values.length;
  checkLengths(what, { values });
  checkFinite(what, "values", values);
  checkConfidence(what, confidence);
  if (n < 2) throw new RangeError(`Cannot compute ${what}: there is ${n} value, expected at least 2`);
  let sum = 0, squares = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  const margin = studentMargin(confidence, n - 1) * Math.sqrt(squares / (n - 1) / n);
  if (!Number.isFinite(margin)) {
    throw new RangeError(
      `Cannot compute ${what}: the squares of values overflow, expected values below 1e154`,
    );
  }
  return {
    mean,
    margin,
    interval: [mean - margin, mean + margin],
    signature: `t|mean|values:${n}|interval:${confidence}|v1`,
  };
}
