import { readParallelLines, readTextLines } from "../../lib/data/mod.ts";
import {
  bootstrapInterval,
  IdfCounter,
  metricInfo,
  pairedBootstrapOfStatistics,
  type SegmentMetric,
  significanceMark,
} from "../../lib/eval/mod.ts";
import { type MetricSettings, outputMetrics, segmentMetrics, wordsOf } from "./metrics.ts";

export interface ScoreRequest {
  readonly hypotheses: string;
  readonly references: readonly string[];
  /** Output of another system, to compare with. */
  readonly baseline?: string;
  /** Text whose lines give the idf of words; the references if absent. */
  readonly idf?: string;
  readonly metrics: readonly string[];
  readonly settings: MetricSettings;
  /** Bootstrap resamples for intervals and p-values; 0 for none. */
  readonly resamples: number;
  readonly seed: number;
}

export interface MetricReport {
  readonly metric: string;
  readonly label: string;
  readonly score: number;
  /** Decimals worth printing. */
  readonly decimals: number;
  readonly signature: string;
  /** 95% bootstrap interval of the score. */
  readonly interval?: readonly [low: number, high: number];
  readonly baseline?: {
    readonly score: number;
    /** Score minus that of the baseline. */
    readonly difference: number;
    /** Paired bootstrap; absent without resamples, and for metrics of outputs alone. */
    readonly p?: number;
    readonly mark?: string;
  };
}

export interface ScoreReport {
  readonly lines: number;
  readonly emptyHypotheses: number;
  readonly scores: readonly MetricReport[];
  /** Signature of the resampling. */
  readonly resampling?: string;
}

/** Scores text files line by line; what is held in memory is the statistics of each line, and outputs if a metric asks. */
export async function scoreFiles(request: ScoreRequest): Promise<ScoreReport> {
  const { hypotheses, references, baseline, metrics, settings, resamples, seed } = request;
  const idf = metrics.includes("idf-bleu") ? await readIdf(request) : new Map<string, number>();
  const outputPaths = [hypotheses, ...baseline === undefined ? [] : [baseline]];
  const systems = outputPaths.map(() => new System(segmentMetrics(metrics, settings, idf), resamples > 0));
  const alone = outputMetrics(metrics);
  const outputs: string[][] = systems.map(() => []);
  let lines = 0, emptyHypotheses = 0;
  for await (
    const row of readParallelLines([...outputPaths, ...references])
  ) {
    lines++;
    const own = row.splice(0, systems.length);
    const present = row.filter((reference) => reference.trim() !== "");
    if (references.length > 0 && present.length === 0) {
      throw new RangeError(
        `Cannot score line ${lines}: it is empty in ${
          references.join(" and ")
        }, expected a reference in at least one`,
      );
    }
    if (own[0].trim() === "") emptyHypotheses++;
    systems.forEach((system, s) => {
      system.collect(own[s], present, lines);
      if (alone.length > 0) outputs[s].push(own[s]);
    });
  }

  const scores: MetricReport[] = [];
  let resampling: string | undefined;
  systems[0].metrics.forEach((metric, m) => {
    const score = systems[0].score(m);
    const report = {
      metric: metric.name,
      label: metric.label,
      score,
      decimals: metric.best === 100 ? 2 : 4,
      signature: metric.signature(),
    };
    const other = systems[1]?.score(m);
    if (resamples === 0) {
      scores.push({
        ...report,
        ...other !== undefined && { baseline: { score: other, difference: score - other } },
      });
      return;
    }
    const shared = { columns: metric.columns, score: metric.score, resamples, seed };
    const { interval, signature } = bootstrapInterval({ ...shared, statistics: systems[0].statistics(m) });
    resampling = signature;
    if (other === undefined) {
      scores.push({ ...report, interval });
      return;
    }
    const paired = pairedBootstrapOfStatistics({
      ...shared,
      baseline: systems[1].statistics(m),
      candidate: systems[0].statistics(m),
    });
    resampling = paired.signature;
    const { difference, p } = paired;
    scores.push({
      ...report,
      interval,
      baseline: { score: other, difference, p, mark: significanceMark(p) },
    });
  });
  for (const { name, score } of alone) {
    const { label, decimals } = metricInfo(name);
    const [own, other] = outputs.map((outputs) => score(outputs, settings));
    scores.push({
      metric: name,
      label,
      score: own.score,
      decimals,
      signature: own.signature,
      ...other !== undefined && { baseline: { score: other.score, difference: own.score - other.score } },
    });
  }
  return { lines, emptyHypotheses, scores, ...resampling !== undefined && { resampling } };
}

/** The metrics of one system, and what they collected. */
class System {
  readonly metrics: readonly SegmentMetric[];
  readonly #keep: boolean;
  readonly #row: Float64Array[];
  readonly #sums: Float64Array[];
  readonly #rows: number[][];

  constructor(metrics: readonly SegmentMetric[], keep: boolean) {
    this.metrics = metrics;
    this.#keep = keep;
    this.#row = metrics.map(({ columns }) => new Float64Array(columns));
    this.#sums = metrics.map(({ columns }) => new Float64Array(columns));
    this.#rows = metrics.map(() => []);
  }

  collect(hypothesis: string, references: readonly string[], line: number): void {
    this.metrics.forEach((metric, m) => {
      const row = this.#row[m], sums = this.#sums[m];
      try {
        metric.collect(hypothesis, references, row);
      } catch (cause) {
        throw new RangeError(`Line ${line}: ${(cause as Error).message}`, { cause });
      }
      for (let k = 0; k < row.length; k++) sums[k] += row[k];
      if (this.#keep) this.#rows[m].push(...row);
    });
  }

  score(m: number): number {
    return this.metrics[m].score(this.#sums[m]);
  }

  statistics(m: number): Float64Array {
    return Float64Array.from(this.#rows[m]);
  }
}

/** idf from the lines of a file, or of all files of references: each line is a sentence. */
async function readIdf({ idf, references, settings }: ScoreRequest): Promise<Map<string, number>> {
  const paths = idf === undefined ? references : [idf];
  if (paths.includes("-")) {
    throw new RangeError(
      "Cannot compute idf: standard input can be read once only, expected a file, or --idf FILE",
    );
  }
  const counter = new IdfCounter();
  for (const path of paths) {
    let lines = 0;
    for await (const line of readTextLines(path)) {
      lines++;
      if (line.trim() !== "") counter.add(wordsOf(line, settings));
    }
    if (lines === 0) throw new RangeError(`Cannot compute idf: ${path} is empty, expected at least one line`);
  }
  return counter.idf();
}
