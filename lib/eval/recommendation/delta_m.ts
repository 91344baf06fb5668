/** One metric of one task, for the method under test and for the baseline. */
export interface DeltaMRow {
  readonly task: string;
  /** N: value of the method. */
  readonly value: number;
  /** B: value of the baseline (by custom the single-task models); positive. */
  readonly baseline: number;
  /** w = 1 where it holds. */
  readonly higherIsBetter: boolean;
}

/**
 * Delta_m: the mean relative improvement over a baseline, in percent; the mean is over a task's metrics first, then
 * over the K tasks, so that a task with many metrics counts no more than another.
 *
 *     Delta_m = 100/K sum_t mean_j (-1)^{w_tj} (B_tj - N_tj) / B_tj
 *
 * **Positive is better.** Maninis et al. (CVPR 2019, equation 4) introduced it with this sign; the Nash-MTL and FAMO
 * papers print the opposite one.
 *
 * @throws {RangeError} No rows, a value that is not finite, a baseline that is not positive.
 */
export function deltaM(rows: readonly DeltaMRow[]): number {
  if (rows.length === 0) {
    throw new RangeError("Cannot compute Delta_m: there are no rows, expected at least one");
  }
  const tasks = new Map<string, number[]>();
  for (const row of rows) {
    const improvements = tasks.get(row.task) ?? [];
    improvements.push(improvement(row));
    tasks.set(row.task, improvements);
  }
  return 100 * mean([...tasks.values()].map(mean));
}

function improvement({ task, value, baseline, higherIsBetter }: DeltaMRow): number {
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot compute Delta_m: task "${task}" has value ${value}, expected a finite number`,
    );
  }
  if (!(baseline > 0 && baseline < Infinity)) {
    throw new RangeError(
      `Cannot compute Delta_m: task "${task}" has baseline ${baseline}, expected a positive number`,
    );
  }
  return (higherIsBetter ? value - baseline : baseline - value) / baseline;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
