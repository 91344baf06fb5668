import {
  averageLength,
  type BleuDialect,
  bleuDialects,
  bleuMetric,
  type BleuOptions,
  chrfMetric,
  distinctN,
  idfBleuMetric,
  meteorMetric,
  repetition,
  rougeMetrics,
  type RougeOptions,
  type Score,
  type SegmentMetric,
  selfBleu,
  seqRep2,
  signature,
  tokenize,
  type TokenizerName,
  usr,
} from "../../lib/eval/mod.ts";
import { expectedNames } from "../../lib/text/mod.ts";

/** What the command line says of metrics. */
export interface MetricSettings {
  readonly bleuDialect?: BleuDialect;
  readonly rougeDialect?: "google" | "peter";
  /** Of BLEU, IDF-BLEU and the metrics of outputs alone. */
  readonly tokenize?: TokenizerName;
  readonly lowercase?: boolean;
  readonly maxOrder?: number;
  readonly smoothing?: BleuOptions["smoothing"];
  readonly smoothingValue?: number;
  readonly stem?: boolean;
}

/** A metric of all outputs together, without references. */
export interface OutputMetric {
  readonly name: string;
  readonly score: (outputs: readonly string[], settings: MetricSettings) => Score;
}

type Idf = ReadonlyMap<string, number>;

const againstReferences: Record<string, (settings: MetricSettings, idf: Idf) => SegmentMetric[]> = {
  "bleu": (settings) => [bleuMetric(bleuOptions(settings))],
  "idf-bleu": (
    { tokenize, lowercase, maxOrder },
    idf,
  ) => [idfBleuMetric(idf, { tokenize, lowercase, maxOrder })],
  "chrf": ({ lowercase }) => [chrfMetric({ lowercase })],
  "chrf++": ({ lowercase }) => [chrfMetric({ lowercase, wordOrder: 2 })],
  "rouge": ({ rougeDialect, stem }) => rougeMetrics({ dialect: rougeDialect, stem } satisfies RougeOptions),
  "meteor": () => [meteorMetric()],
};

const ofOutputs: readonly OutputMetric[] = [
  {
    name: "self-bleu",
    score: (outputs, settings) => selfBleu(outputs, bleuOptions(settings)),
  },
  ...([
    ["usr", usr],
    ["distinct-1", (outputs) => distinctN(outputs, 1)],
    ["distinct-2", (outputs) => distinctN(outputs, 2)],
    ["rep-l", repetition],
    ["seq-rep-2", seqRep2],
    ["average-length", averageLength],
  ] as const satisfies [string, (outputs: readonly (readonly string[])[]) => number][]).map((
    [name, score],
  ): OutputMetric => ({
    name,
    score: (outputs, settings) => ({
      score: score(outputs.map((output) => wordsOf(output, settings))),
      signature: signature(name).replace(
        /\|v\d+$/,
        (version) =>
          `|tok:${settings.tokenize ?? "13a"}|case:${settings.lowercase ? "lc" : "mixed"}${version}`,
      ),
    }),
  })),
];

/** Names that `--metric` takes. */
export const metricNames: readonly string[] = [
  ...Object.keys(againstReferences),
  ...ofOutputs.map(({ name }) => name),
];

/** Refuses an unknown name, and one that needs references where there are none. */
export function checkMetricNames(names: readonly string[], references: number): void {
  for (const name of names) {
    if (!metricNames.includes(name)) {
      throw new RangeError(
        `Cannot score with metric '${name}': it is unknown, ${expectedNames(name, metricNames)}`,
      );
    }
    if (references === 0 && name in againstReferences) {
      throw new RangeError(
        `Cannot score with '${name}': there are no references, expected --ref FILE, or metrics of outputs alone`,
      );
    }
  }
}

/** Fresh metrics against references, in the order of their names; they remember what they collect. */
export function segmentMetrics(
  names: readonly string[],
  settings: MetricSettings,
  idf: Idf,
): SegmentMetric[] {
  return names.flatMap((name) => againstReferences[name]?.(settings, idf) ?? []);
}

export function outputMetrics(names: readonly string[]): OutputMetric[] {
  return names.flatMap((name) => ofOutputs.filter((metric) => metric.name === name));
}

/** Words of a line as IDF-BLEU and the metrics of outputs cut it. */
export function wordsOf(line: string, { tokenize: tokenizer = "13a", lowercase }: MetricSettings): string[] {
  return tokenize(lowercase ? line.toLowerCase() : line, tokenizer);
}

function bleuOptions(settings: MetricSettings): BleuOptions {
  const { bleuDialect: dialect, tokenize, lowercase, maxOrder, smoothing, smoothingValue } = settings;
  return { dialect, tokenize, lowercase, maxOrder, smoothing, smoothingValue };
}

const rougeDialects = ["google", "peter"] as const;

/** Reads `--dialect`: names of dialects of BLEU and of ROUGE, at most one of each. */
export function dialectsOf(text: string): Pick<MetricSettings, "bleuDialect" | "rougeDialect"> {
  const found: { bleuDialect?: BleuDialect; rougeDialect?: "google" | "peter" } = {};
  for (const name of text.split(",")) {
    if ((bleuDialects as readonly string[]).includes(name)) found.bleuDialect = name as BleuDialect;
    else if ((rougeDialects as readonly string[]).includes(name)) {
      found.rougeDialect = name as "google" | "peter";
    } else {
      throw new RangeError(
        `Cannot read option --dialect: '${name}' is unknown, ${
          expectedNames(name, [...bleuDialects, ...rougeDialects])
        }`,
      );
    }
  }
  return found;
}
