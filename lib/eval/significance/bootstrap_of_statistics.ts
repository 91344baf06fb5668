import type { Numbers } from "../inputs.ts";
import {
  type BootstrapInterval,
  bootstrapIntervalOf,
  type BootstrapP,
  type PairedBootstrapOf,
  pairedBootstrapOf,
} from "./paired_bootstrap_of.ts";
import type { CountedStatistic, ResamplingOptions } from "./resampling.ts";
import { countRows, type PairedStatistics, type ScoreOfSums, sumRows } from "./statistic_rows.ts";

export interface PairedBootstrapOfStatisticsOptions extends PairedStatistics, ResamplingOptions {
  /** Default "centred"; see {@link pairedBootstrapOf}. */
  readonly pValue?: BootstrapP;
}

/**
 * {@link pairedBootstrapOf} for corpus metrics: resamples the statistics of the examples, not their texts, so a
 * resample costs n draws and O(n k) additions.
 *
 * @throws {RangeError} No examples, a length that is no multiple of `columns`, systems of different length, a
 *   statistic or a score that is not finite, fewer than 2 resamples.
 */
export function pairedBootstrapOfStatistics(options: PairedBootstrapOfStatisticsOptions): PairedBootstrapOf {
  const { baseline, candidate, columns = 1, score, ...resampling } = options;
  return pairedBootstrapOf({
    ...resampling,
    count: countRows("paired bootstrap", columns, { baseline, candidate }),
    baseline: scoreOfRows(baseline, columns, score),
    candidate: scoreOfRows(candidate, columns, score),
  });
}

export interface BootstrapIntervalOptions extends ResamplingOptions {
  /** [n, k] row-major: row i holds the k statistics of example i. */
  readonly statistics: Numbers;
  /** k; default 1. */
  readonly columns?: number;
  readonly score: ScoreOfSums;
}

/**
 * Bootstrap interval of one system's corpus metric, from the statistics of its examples.
 *
 * @throws {RangeError} As {@link pairedBootstrapOfStatistics}.
 */
export function bootstrapInterval(options: BootstrapIntervalOptions): BootstrapInterval {
  const { statistics, columns = 1, score, ...resampling } = options;
  return bootstrapIntervalOf({
    ...resampling,
    count: countRows("bootstrap interval", columns, { statistics }),
    statistic: scoreOfRows(statistics, columns, score),
  });
}

function scoreOfRows(rows: Numbers, columns: number, score: ScoreOfSums): CountedStatistic {
  const sums = new Float64Array(columns);
  return (counts) => score(sumRows(rows, counts, sums));
}
