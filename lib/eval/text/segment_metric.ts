import { presentReferences, ReferenceCount } from "./present_references.ts";
import type { Score } from "./score.ts";
import { checkCorpus } from "./text_inputs.ts";

/**
 * A metric whose score of a corpus is a function of sums over its segments: it can be streamed, and resampled without
 * the texts. It remembers how many references the segments had, for its signature.
 */
export interface SegmentMetric {
  /** Name on the command line, such as `rouge-l`. */
  readonly name: string;
  /** Heading in a table. */
  readonly label: string;
  /** Largest score: 100 or 1. */
  readonly best: number;
  /** Statistics of a segment. */
  readonly columns: number;
  /** Writes the statistics of one segment into `row` [columns]. */
  readonly collect: (hypothesis: string, references: readonly string[], row: Float64Array) => void;
  /** Score of a corpus from the sums of its segments' statistics. */
  readonly score: (sums: ArrayLike<number>) => number;
  /** Of what was collected so far. */
  readonly signature: () => string;
}

/**
 * Statistics of every segment, [n, columns] row-major: what `bootstrapInterval`, `pairedBootstrapOfStatistics` and
 * `approximateRandomization` resample.
 *
 * @throws {RangeError} No hypotheses, another number of sets of references, and what the metric refuses.
 */
export function collectStatistics(
  metric: SegmentMetric,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): Float64Array {
  checkCorpus(metric.label, hypotheses, references);
  const { columns } = metric, rows = new Float64Array(columns * hypotheses.length);
  hypotheses.forEach((hypothesis, i) => {
    metric.collect(hypothesis, references[i], rows.subarray(i * columns, (i + 1) * columns));
  });
  return rows;
}

/** Score of a corpus. Same errors as {@link collectStatistics}. */
export function scoreCorpus(
  metric: SegmentMetric,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): Score {
  checkCorpus(metric.label, hypotheses, references);
  const sums = sumStatistics(metric, hypotheses, references);
  return { score: metric.score(sums), signature: metric.signature() };
}

/** Sums of the statistics of checked segments [columns]. */
export function sumStatistics(
  metric: Pick<SegmentMetric, "columns" | "collect">,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): Float64Array {
  const row = new Float64Array(metric.columns), sums = new Float64Array(metric.columns);
  hypotheses.forEach((hypothesis, i) => {
    metric.collect(hypothesis, references[i], row);
    for (let k = 0; k < row.length; k++) sums[k] += row[k];
  });
  return sums;
}

/** A metric that is the mean of a score of each segment. */
export function meanMetric(
  { score, signature, ...names }: Pick<SegmentMetric, "name" | "label" | "best"> & {
    score: (hypothesis: string, references: readonly string[]) => number;
    signature: (references: number | "var") => string;
  },
): SegmentMetric {
  const references = new ReferenceCount();
  return {
    ...names,
    columns: 2,
    collect(hypothesis, given, row) {
      references.add(presentReferences(given).length);
      row[0] = score(hypothesis, given);
      row[1] = 1;
    },
    score: (sums) => sums[0] / sums[1],
    signature: () => signature(references.value),
  };
}
