import { createRandom } from "../../random/mod.ts";

/** A number computed from a test set in which example i counts `counts[i]` times. */
export type CountedStatistic = (counts: Uint32Array) => number;

/** How a bootstrap draws, and what it reports. */
export interface ResamplingOptions {
  /** How many resamples; default 1,000, at least 1,000 for a result to publish. */
  readonly resamples?: number;
  /** Seed of the resampling; default 0. */
  readonly seed?: number | string;
  /** Level of the interval, in (0, 1); default 0.95. */
  readonly confidence?: number;
}

/**
 * Values of a statistic over resamples of n examples, each drawn with replacement from the n there are.
 *
 * @param accepts Says whether the statistic is defined for a resample; where not, another is drawn and counted. It
 *   must accept resamples that are not rare, or this never ends.
 */
export function resample(
  { count, resamples, seed, statistic, accepts = () => true }: {
    count: number;
    resamples: number;
    seed: number | string;
    statistic: CountedStatistic;
    accepts?: (counts: Uint32Array) => boolean;
  },
): { readonly values: Float64Array; readonly redrawn: number } {
  const random = createRandom(seed);
  const counts = new Uint32Array(count);
  const values = new Float64Array(resamples);
  let redrawn = 0;
  for (let b = 0; b < resamples; b++) {
    for (;;) {
      counts.fill(0);
      for (let draw = 0; draw < count; draw++) counts[random.integer(count)]++;
      if (accepts(counts)) break;
      redrawn++;
    }
    values[b] = statistic(counts);
  }
  return { values, redrawn };
}

/** Two-sided p of an observed difference: `(1 + #{b : |d_b - mean(d_b)| >= |d|}) / (B + 1)`, in [1 / (B + 1), 1]. */
export function centredP(differences: Float64Array, observed: number): number {
  const centre = mean(differences);
  return shareBeyond(differences, (d) => Math.abs(d - centre) >= Math.abs(observed));
}

/** `(1 + #{b : beyond(d_b)}) / (B + 1)`: the observed value counts as one more draw, so p is never 0. */
export function shareBeyond(values: Float64Array, beyond: (value: number) => boolean): number {
  const extreme = values.reduce((n, value) => n + Number(beyond(value)), 0);
  return (1 + extreme) / (values.length + 1);
}

/** Percentile interval of resampled values, which stay as they are. */
export function percentileInterval(values: Float64Array, confidence: number): [low: number, high: number] {
  const ascending = values.toSorted();
  return [quantile(ascending, (1 - confidence) / 2), quantile(ascending, (1 + confidence) / 2)];
}

/** Refuses a number of resamples, or of trials, below 2. */
export function checkResamples(what: string, resamples: number, name = "resamples"): void {
  if (!Number.isSafeInteger(resamples) || resamples < 2) {
    throw new RangeError(
      `Cannot compute ${what}: ${name} is ${resamples}, expected an integer of at least 2`,
    );
  }
}

export const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Quantile of ascending values by linear interpolation (type 7 of Hyndman & Fan, 1996). */
function quantile(ascending: Float64Array, q: number): number {
  const position = q * (ascending.length - 1);
  const below = Math.floor(position), above = Math.ceil(position);
  return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
}
