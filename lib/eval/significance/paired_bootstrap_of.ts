import { checkConfidence } from "./paired_t.ts";
import {
  centredP,
  checkResamples,
  type CountedStatistic,
  mean,
  percentileInterval,
  resample,
  type ResamplingOptions,
  shareBeyond,
} from "./resampling.ts";

/** How a paired bootstrap turns its resampled differences d_b and the observed d into a p-value. */
export type BootstrapP = "centred" | "sacrebleu";

export interface PairedBootstrapOfOptions extends ResamplingOptions {
  /** n, the number of examples. */
  readonly count: number;
  /** The metric of either system. Both see the same counts, which they must not keep or change. */
  readonly baseline: CountedStatistic;
  readonly candidate: CountedStatistic;
  /** Default "centred". */
  readonly pValue?: BootstrapP;
}

/** Two systems compared over resamples of one test set. */
export interface PairedBootstrapOf {
  /** The metric of either system on the test set itself. */
  readonly baseline: number;
  readonly candidate: number;
  /** `candidate - baseline`. */
  readonly difference: number;
  /** Percentile interval of the resampled differences. */
  readonly interval: readonly [low: number, high: number];
  /** In [1 / (resamples + 1), 1]. */
  readonly p: number;
  readonly signature: string;
}

/**
 * Paired bootstrap over examples, for any metric that can be computed from how often each example counts.
 *
 * Each of the B resamples draws n examples with replacement, the same ones for both systems. Two p-values of the
 * observed difference d, given the resampled ones d_b:
 *
 *     centred     (1 + #{b : |d_b - mean(d_b)| >= |d|}) / (B + 1)
 *     sacrebleu   (1 + #{b : |d_b| - mean(|d_b|) > |d|}) / (B + 1)
 *
 * `centred` is two-sided, as in `pairedBootstrap`, and gives a system against itself p = 1. `sacrebleu` is, to the
 * letter, what sacreBLEU and Moses compute, to compare with their p-values: where all d_b have one sign it looks at
 * one tail, so p is about half as large, and a system against itself gets the smallest p there is.
 *
 * Source: Koehn, "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004; Riezler & Maxwell,
 * "On Some Pitfalls in Automatic Evaluation and Significance Testing for MT", 2005; sacreBLEU, significance.py.
 *
 * @throws {RangeError} No examples, fewer than 2 resamples, a metric that is not finite for some resample.
 */
export function pairedBootstrapOf(options: PairedBootstrapOfOptions): PairedBootstrapOf {
  const { count, resamples = 1000, seed = 0, confidence = 0.95, pValue = "centred" } = options;
  const what = "paired bootstrap";
  checkResampling(what, count, resamples, confidence);
  if (!Object.hasOwn(pValues, pValue)) {
    throw new RangeError(
      `Cannot compute ${what}: pValue is "${pValue}", expected one of ${Object.keys(pValues).join(", ")}`,
    );
  }
  const baseline = finite(what, "the baseline's metric", options.baseline);
  const candidate = finite(what, "the candidate's metric", options.candidate);

  const once = new Uint32Array(count).fill(1);
  const observed = { baseline: baseline(once), candidate: candidate(once) };
  const difference = observed.candidate - observed.baseline;
  const statistic: CountedStatistic = (counts) => candidate(counts) - baseline(counts);
  const { values } = resample({ count, resamples, seed, statistic });
  return {
    ...observed,
    difference,
    interval: percentileInterval(values, confidence),
    p: pValues[pValue](values, difference),
    signature: `bootstrap|paired|examples:${count}|resamples:${resamples}|seed:${seed}` +
      `|interval:percentile-${confidence}${pValue === "centred" ? "" : `|p:${pValue}`}|v1`,
  };
}

export interface BootstrapIntervalOfOptions extends ResamplingOptions {
  /** n, the number of examples. */
  readonly count: number;
  /** The metric; it must not keep or change the counts. */
  readonly statistic: CountedStatistic;
}

/** A metric of one system and how far another draw of the test set would move it. */
export interface BootstrapInterval {
  /** The metric on the test set itself. */
  readonly score: number;
  /** Mean over the resamples: far from `score`, the metric is biased in small samples. */
  readonly mean: number;
  /** Percentile interval of the resampled metric. */
  readonly interval: readonly [low: number, high: number];
  readonly signature: string;
}

/**
 * Bootstrap interval of one system's metric over examples: {@link pairedBootstrapOf} without a pair.
 *
 * Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
 *
 * @throws {RangeError} As {@link pairedBootstrapOf}.
 */
export function bootstrapIntervalOf(options: BootstrapIntervalOfOptions): BootstrapInterval {
  const { count, resamples = 1000, seed = 0, confidence = 0.95 } = options;
  const what = "bootstrap interval";
  checkResampling(what, count, resamples, confidence);
  const statistic = finite(what, "the metric", options.statistic);
  const score = statistic(new Uint32Array(count).fill(1));
  const { values } = resample({ count, resamples, seed, statistic });
  return {
    score,
    mean: mean(values),
    interval: percentileInterval(values, confidence),
    signature: `bootstrap|examples:${count}|resamples:${resamples}|seed:${seed}` +
      `|interval:percentile-${confidence}|v1`,
  };
}

const pValues: Record<BootstrapP, (differences: Float64Array, observed: number) => number> = {
  centred: centredP,
  sacrebleu(differences, observed) {
    const magnitudes = differences.map(Math.abs);
    const centre = mean(magnitudes);
    return shareBeyond(magnitudes, (d) => d - centre > Math.abs(observed));
  },
};

function checkResampling(what: string, count: number, resamples: number, confidence: number): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`Cannot compute ${what}: count is ${count}, expected a positive integer`);
  }
  checkResamples(what, resamples);
  checkConfidence(what, confidence);
}

/** The same statistic, refusing values that are not finite: they would spoil every number computed from them. */
function finite(what: string, name: string, statistic: CountedStatistic): CountedStatistic {
  return (counts) => {
    const value = statistic(counts);
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `Cannot compute ${what}: ${name} is ${value} for a resample, expected a finite number`,
      );
    }
    return value;
  };
}
