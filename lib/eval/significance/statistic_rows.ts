import { checkFinite, type Numbers } from "../inputs.ts";

/**
 * A corpus metric that is a function of sums over examples: BLEU of matches and lengths, a mean of per-example scores.
 * It gets the k column sums, in an array that is used again: it must not keep it.
 */
export type ScoreOfSums = (sums: Float64Array) => number;

/** Sufficient statistics of two systems on the same n examples. */
export interface PairedStatistics {
  /** [n, k] row-major: row i holds the k statistics of example i. */
  readonly baseline: Numbers;
  /** [n, k], in the same order of examples. */
  readonly candidate: Numbers;
  /** k; default 1. */
  readonly columns?: number;
  readonly score: ScoreOfSums;
}

/** Adds up rows, row i `counts[i]` times, into `sums` of length k. */
export function sumRows(rows: Numbers, counts: Uint32Array, sums: Float64Array): Float64Array {
  const k = sums.length;
  sums.fill(0);
  for (let i = 0, row = 0; i < counts.length; i++, row += k) {
    const times = counts[i];
    if (times === 0) continue;
    for (let j = 0; j < k; j++) sums[j] += times * rows[row + j];
  }
  return sums;
}

/**
 * Checks [n, k] arrays and returns n.
 *
 * @throws {RangeError} No rows, a length that is no multiple of k, lengths that differ, a value that is not finite.
 */
export function countRows(what: string, columns: number, arrays: Record<string, Numbers>): number {
  if (!Number.isSafeInteger(columns) || columns < 1) {
    throw new RangeError(`Cannot compute ${what}: columns is ${columns}, expected a positive integer`);
  }
  const [[firstName, first]] = Object.entries(arrays);
  for (const [name, rows] of Object.entries(arrays)) {
    if (rows.length === 0) {
      throw new RangeError(`Cannot compute ${what}: ${name} is empty, expected at least one example`);
    }
    if (rows.length % columns !== 0) {
      throw new RangeError(
        `Cannot compute ${what}: ${name} has ${rows.length} values, expected a multiple of its ${columns} columns`,
      );
    }
    if (rows.length !== first.length) {
      throw new RangeError(
        `Cannot compute ${what}: ${name} has ${rows.length / columns} examples, ` +
          `expected ${first.length / columns} as in ${firstName}`,
      );
    }
    checkFinite(what, name, rows);
  }
  return first.length / columns;
}
