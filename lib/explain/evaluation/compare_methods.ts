import {
  compareOverSeedsAndExamples,
  holm,
  type PairedBootstrapOf,
  pairedBootstrapOfMeans,
  type SeedsAndExamples,
} from "../../eval/mod.ts";

/** What a method scored: of each seed the value of each example, by the name of the metric. */
export interface ScoredMethod {
  readonly method: string;
  /** Whether another seed would give other explanations. */
  readonly draws: boolean;
  /** One a seed, all with the same metrics. */
  readonly runs: readonly ReadonlyMap<string, Float64Array>[];
}

/** One method against the baseline. */
export type BaselineTest = { readonly method: string; readonly metric: string; readonly p: number };

/** One difference of the subject and another method. */
export interface SubjectDifference {
  /** The other method. */
  readonly method: string;
  readonly metric: string;
  /** The subject's mean less the other's. */
  readonly difference: number;
  /** Over examples, seeds averaged. */
  readonly interval: readonly [low: number, high: number];
  /** Over examples, corrected after Holm over the other methods. */
  readonly p: number;
  /** Over examples and seeds, corrected likewise; absent where one of the two draws and has one seed. */
  readonly overSeeds?: { readonly p: number; readonly interval: readonly [low: number, high: number] };
}

export interface MethodComparison {
  readonly tests: readonly BaselineTest[];
  /** Of these tests; empty where there are none. */
  readonly signature: string;
  /** In the order of metrics and methods; empty where the subject is missing. */
  readonly differences: readonly SubjectDifference[];
  readonly differenceSignatures: readonly string[];
}

/**
 * Tests every method against a baseline by every metric, and one method, the subject, against every other by some metrics.
 *
 * - Over examples: the seeds of a method are averaged on each example, and examples are resampled in pairs,
 *   {@link pairedBootstrapOfMeans}.
 * - Over examples and seeds: {@link compareOverSeedsAndExamples}, for the subject alone.
 *
 * Metrics that a method lacks are left out. Not corrected but where it is said.
 */
export function compareMethods(
  methods: readonly ScoredMethod[],
  { baseline, subject, subjectMetrics, resamples = 1000 }: {
    readonly baseline: string;
    readonly subject: string;
    readonly subjectMetrics: readonly string[];
    readonly resamples?: number;
  },
): MethodComparison {
  const compare = createComparer(methods, resamples);
  const has = (method: string, metric: string) =>
    methods.some((other) => other.method === method && other.runs[0].has(metric));
  const metrics = [...new Set(methods.flatMap(({ runs }) => [...runs[0].keys()]))];
  const tests: BaselineTest[] = [];
  let signature = "";
  for (const { method } of methods) {
    if (method === baseline) continue;
    for (const metric of metrics.filter((metric) => has(baseline, metric) && has(method, metric))) {
      const test = compare(metric, baseline, method);
      tests.push({ method, metric, p: test.p });
      signature ||= anyCount(test.signature);
    }
  }
  const differences: SubjectDifference[] = [], signatures = new Set<string>();
  for (const metric of subjectMetrics.filter((metric) => has(subject, metric))) {
    const found = methods.filter(({ method }) => method !== subject && has(method, metric))
      .map(({ method }) => ({
        method,
        examples: compare(metric, method, subject),
        seeds: overSeeds(methods, metric, method, subject),
      }));
    const corrected = holm(found.map(({ examples }) => examples.p));
    const withSeeds = found.filter(({ seeds }) => seeds !== undefined);
    const correctedWithSeeds = holm(withSeeds.map(({ seeds }) => seeds!.p));
    found.forEach(({ method, examples, seeds }, i) => {
      const place = withSeeds.findIndex((other) => other.method === method);
      differences.push({
        ...{ method, metric, difference: examples.difference, interval: examples.interval, p: corrected[i] },
        ...seeds && { overSeeds: { p: correctedWithSeeds[place], interval: seeds.interval } },
      });
      signatures.add(anyCount(examples.signature));
      if (seeds) signatures.add(anyCount(seeds.signature));
    });
  }
  return { tests, signature, differences, differenceSignatures: [...signatures] };
}

/** Bootstraps of any two methods; those on as many examples share their resamples. */
function createComparer(methods: readonly ScoredMethod[], resamples: number) {
  const rows = methods.flatMap(({ method, runs }) =>
    [...runs[0].keys()].map((metric) => ({
      key: JSON.stringify([metric, method]),
      values: meanOfRuns(runs.map((run) => run.get(metric)!)),
    }))
  );
  const places = new Map<string, { place: number; compare: ReturnType<typeof pairedBootstrapOfMeans> }>();
  for (const same of Map.groupBy(rows, ({ values }) => values.length).values()) {
    const compare = pairedBootstrapOfMeans(same.map(({ values }) => values), { resamples });
    same.forEach(({ key }, place) => places.set(key, { place, compare }));
  }
  return (metric: string, baseline: string, candidate: string): PairedBootstrapOf => {
    const [one, other] = [baseline, candidate].map((method) => places.get(JSON.stringify([metric, method]))!);
    if (one.compare !== other.compare) {
      throw new RangeError(
        `Cannot compare ${candidate} with ${baseline} by ${metric}: they were scored on different examples, ` +
          "expected the same",
      );
    }
    return one.compare(one.place, other.place);
  };
}

function overSeeds(
  methods: readonly ScoredMethod[],
  metric: string,
  baseline: string,
  candidate: string,
): SeedsAndExamples | undefined {
  const [b, a] = [baseline, candidate].map((name) => {
    const { runs, draws } = methods.find(({ method }) => method === name)!;
    return { draws, runs: runs.map((run) => run.get(metric)!) };
  });
  return compareOverSeedsAndExamples(b, a);
}

/** Means over runs, example by example. */
function meanOfRuns(runs: readonly Float64Array[]): Float64Array {
  return runs[0].map((_, i) => runs.reduce((sum, run) => sum + run[i], 0) / runs.length);
}

/** A signature for several tests, which differ in how many examples and seeds they are over. */
const anyCount = (signature: string) =>
  signature.replace(/examples:\d+/, "examples:reviews-or-users").replace(/seeds:\d+,\d+/, "seeds:all");
