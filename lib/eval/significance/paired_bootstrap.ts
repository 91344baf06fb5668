import { checkFinite, checkLabels, checkLengths, type Numbers } from "../inputs.ts";
import { rank, rankedAuc } from "../recommendation/auc.ts";
import { logLosses } from "../recommendation/log_loss.ts";
import { normalizedEntropyOfSums } from "../recommendation/normalized_entropy.ts";
import { checkConfidence } from "./paired_t.ts";
import {
  centredP,
  checkResamples,
  type CountedStatistic,
  percentileInterval,
  resample,
  type ResamplingOptions,
} from "./resampling.ts";

/** Metrics that can be bootstrapped. */
export type BootstrapMetric = "ne" | "auc";

/** Predictions of two models for the same test set, trained with the same seed. */
export interface PairedRun {
  readonly baseline: Numbers;
  readonly candidate: Numbers;
}

export interface PairedBootstrapOptions extends ResamplingOptions {
  readonly metric: BootstrapMetric;
  /** 0 or 1, length n. */
  readonly labels: Numbers;
  /** One run per seed. The metric of a model is its mean over the runs, which are not resampled. */
  readonly runs: readonly PairedRun[];
}

export interface PairedBootstrap {
  readonly metric: BootstrapMetric;
  /** The metric of both models on the test set itself, for each run. */
  readonly runs: readonly { readonly baseline: number; readonly candidate: number }[];
  /** `candidate - baseline` on the test set itself, mean over the runs. */
  readonly difference: number;
  /** Percentile interval of the resampled differences. */
  readonly interval: readonly [low: number, high: number];
  /** Two-sided p-value, in [1 / (resamples + 1), 1]. */
  readonly p: number;
  /** Resamples that were drawn again because they held one class only. */
  readonly redrawn: number;
  readonly signature: string;
}

/**
 * Paired bootstrap over examples: does the difference of two models outlast another draw of the test set?
 *
 * Each of the B resamples draws n examples with replacement, the same ones for both models. With d the observed
 * difference and d_b that of resample b,
 *
 *     p = (1 + #{b : |d_b - mean(d_b)| >= |d|}) / (B + 1)
 *
 * A model against itself has p = 1. A resample of one class only has neither NE nor AUC: it is drawn again, and
 * counted. Costs O(B n) for either metric: a resample is a vector of counts, and both metrics are weighted sums.
 *
 * Source: Koehn, "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004; the p-value as in
 * sacreBLEU (Riezler & Maxwell, 2005); percentile interval: Efron & Tibshirani, 1993, chapter 13.
 *
 * @throws {RangeError} No runs, or input that the metric itself would refuse; fewer than 2 resamples.
 */
export function pairedBootstrap(options: PairedBootstrapOptions): PairedBootstrap {
  const { metric, labels, runs, resamples = 1000, seed = 0, confidence = 0.95 } = options;
  const what = "paired bootstrap";
  if (!Object.hasOwn(statistics, metric)) {
    throw new RangeError(
      `Cannot compute ${what}: metric is "${metric}", expected one of ${Object.keys(statistics).join(", ")}`,
    );
  }
  checkConfidence(what, confidence);
  checkRuns(what, labels, runs);
  checkResamples(what, resamples);
  const models = runs.map(({ baseline, candidate }) => ({
    baseline: statistics[metric](labels, baseline),
    candidate: statistics[metric](labels, candidate),
  }));
  const evaluate = (counts: Uint32Array) =>
    models.map(({ baseline, candidate }) => ({ baseline: baseline(counts), candidate: candidate(counts) }));
  const observed = evaluate(new Uint32Array(labels.length).fill(1));
  const difference = meanDifference(observed);
  const { values: differences, redrawn } = resample({
    count: labels.length,
    resamples,
    seed,
    statistic: (counts) => meanDifference(evaluate(counts)),
    // Both classes are there, so at least about half of all resamples hold both.
    accepts: (counts) => holdsBothClasses(counts, labels),
  });
  return {
    metric,
    runs: observed,
    difference,
    interval: percentileInterval(differences, confidence),
    p: centredP(differences, difference),
    redrawn,
    signature: `bootstrap|paired|examples:${labels.length}|resamples:${resamples}|seed:${seed}` +
      `|interval:percentile-${confidence}|v1`,
  };
}

const statistics: Record<BootstrapMetric, (labels: Numbers, predictions: Numbers) => CountedStatistic> = {
  ne(labels, predictions) {
    const losses = logLosses(labels, predictions);
    return (counts) => {
      let loss = 0, positives = 0;
      for (let i = 0; i < losses.length; i++) {
        loss += counts[i] * losses[i];
        positives += counts[i] * labels[i];
      }
      return normalizedEntropyOfSums(loss, positives, losses.length);
    };
  },
  auc(labels, predictions) {
    checkFinite("AUC", "scores", predictions);
    const ranking = rank(predictions);
    // Every resample holds both classes, so the area is defined.
    return (counts) => rankedAuc(ranking, labels, counts)!;
  },
};

const meanDifference = (runs: PairedBootstrap["runs"]) =>
  runs.reduce((sum, { baseline, candidate }) => sum + (candidate - baseline), 0) / runs.length;

/** Whether both classes are among the drawn examples. */
function holdsBothClasses(counts: Uint32Array, labels: Numbers): boolean {
  let positives = 0;
  for (let i = 0; i < counts.length; i++) positives += counts[i] * labels[i];
  return positives > 0 && positives < counts.length;
}

function checkRuns(what: string, labels: Numbers, runs: readonly PairedRun[]): void {
  if (runs.length === 0) {
    throw new RangeError(`Cannot compute ${what}: there are no runs, expected at least one`);
  }
  checkLabels(what, labels);
  for (const { baseline, candidate } of runs) checkLengths(what, { labels, baseline, candidate });
  if (Array.prototype.every.call(labels, (y) => y === labels[0])) {
    throw new RangeError(
      `Cannot compute ${what}: all ${labels.length} labels are ${labels[0]}, expected both 0 and 1`,
    );
  }
}
