/**
 * Sequences of different lengths as one matrix without gaps: the rows of step 0, then those of step 1, and so on, the
 * longest sequence first in each. The sequences that still run are the first ones of every step.
 */
export interface Packing {
  /** Steps of the longest sequence. */
  readonly steps: number;
  /** The sequence at each place, the longest first. [B] */
  readonly order: Int32Array;
  /** How many sequences run at each step, and 0 after the last. [steps + 1] */
  readonly running: Int32Array;
  /** The packed row at which each step begins; the last entry is the number of rows. [steps + 1] */
  readonly starts: Int32Array;
  /** The row of each packed one in the time-major layout [L B]. */
  readonly rows: Int32Array;
  /** Whether the packed rows are those of the time-major layout, in the same places. */
  readonly dense: boolean;
}

export function packing(lengths: Int32Array): Packing {
  const steps = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const running = new Int32Array(steps + 1), starts = new Int32Array(steps + 1);
  for (const length of lengths) for (let t = 0; t < length; t++) running[t]++;
  for (let t = 0; t < steps; t++) starts[t + 1] = starts[t] + running[t];
  const B = lengths.length, rows = new Int32Array(starts[steps]);
  for (let t = 0; t < steps; t++) {
    for (let place = 0; place < running[t]; place++) rows[starts[t] + place] = t * B + order[place];
  }
  return { steps, order, running, starts, rows, dense: rows.length === steps * B };
}
