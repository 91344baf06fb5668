import type { Numbers } from "../inputs.ts";
import { createRandom, type Random } from "../../random/mod.ts";
import { checkResamples, shareBeyond } from "./resampling.ts";
import { countRows, type PairedStatistics } from "./statistic_rows.ts";

export interface ApproximateRandomizationOptions extends PairedStatistics {
  /** How often labels are exchanged; default 10,000. */
  readonly trials?: number;
  /** Seed of the exchanges; default 0. */
  readonly seed?: number | string;
}

export interface ApproximateRandomization {
  /** The metric of either system. */
  readonly baseline: number;
  readonly candidate: number;
  /** `candidate - baseline`. */
  readonly difference: number;
  /** Two-sided, in [1 / (trials + 1), 1]. */
  readonly p: number;
  readonly signature: string;
}

/**
 * Paired approximate randomisation: were the two systems one, exchanging their outputs on any example would change
 * nothing. Each of the B trials exchanges them on every example with probability 1/2; with d the observed difference
 * and d_b that of trial b,
 *
 *     p = (1 + #{b : |d_b| >= |d|}) / (B + 1)
 *
 * For any metric of summed statistics. Unlike the bootstrap it assumes nothing on how the examples were sampled, and
 * it gives no interval. A system against itself has p = 1 (sacreBLEU counts `>` only, and gives 1 / (B + 1) there).
 * Costs O(B n k).
 *
 * Source: Noreen, "Computer-Intensive Methods for Testing Hypotheses", 1989; Riezler & Maxwell, 2005.
 *
 * @throws {RangeError} No examples, a length that is no multiple of `columns`, systems of different length, a
 *   statistic or a score that is not finite, fewer than 2 trials.
 */
export function approximateRandomization(options: ApproximateRandomizationOptions): ApproximateRandomization {
  const { baseline, candidate, columns: k = 1, trials = 10_000, seed = 0 } = options;
  const what = "approximate randomisation";
  const n = countRows(what, k, { baseline, candidate });
  checkResamples(what, trials, "trials");
  const score = (sums: Float64Array) => {
    const value = options.score(sums);
    if (Number.isFinite(value)) return value;
    throw new RangeError(
      `Cannot compute ${what}: the score of a trial is ${value}, expected a finite number`,
    );
  };

  const one = new Float64Array(k), other = new Float64Array(k);
  const exchanged = new Uint32Array(n);
  const evaluate = () => {
    exchangedSums(baseline, candidate, exchanged, one, other);
    return { baseline: score(one), candidate: score(other) };
  };
  const observed = evaluate();
  const difference = observed.candidate - observed.baseline;

  const random = createRandom(seed);
  const differences = new Float64Array(trials);
  for (let b = 0; b < trials; b++) {
    drawBits(exchanged, random);
    const trial = evaluate();
    differences[b] = trial.candidate - trial.baseline;
  }
  return {
    ...observed,
    difference,
    p: shareBeyond(differences, (d) => Math.abs(d) >= Math.abs(difference)),
    signature: `approximate-randomization|paired|examples:${n}|trials:${trials}|seed:${seed}|two-sided|v1`,
  };
}

/**
 * Column sums of both systems after the exchange. Adding the rows themselves, in order, rather than differences to
 * the totals, makes an exchange of all examples, or of equal ones, repeat |d| to the last bit.
 */
function exchangedSums(
  baseline: Numbers,
  candidate: Numbers,
  exchanged: Uint32Array,
  one: Float64Array,
  other: Float64Array,
): void {
  const k = one.length;
  one.fill(0);
  other.fill(0);
  for (let i = 0, row = 0; i < exchanged.length; i++, row += k) {
    const first = exchanged[i] === 0 ? one : other, second = exchanged[i] === 0 ? other : one;
    for (let j = 0; j < k; j++) {
      first[j] += baseline[row + j];
      second[j] += candidate[row + j];
    }
  }
}

const bitsPerDraw = 30;

/** Fills `bits` with fair draws of 0 and 1, thirty from each integer. */
function drawBits(bits: Uint32Array, random: Random): void {
  let left = 0, pool = 0;
  for (let i = 0; i < bits.length; i++) {
    if (left === 0) {
      pool = random.integer(2 ** bitsPerDraw);
      left = bitsPerDraw;
    }
    bits[i] = pool & 1;
    pool >>= 1;
    left--;
  }
}
