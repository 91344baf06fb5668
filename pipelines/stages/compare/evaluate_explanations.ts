import * as v from "valibot";
import {
  type CellTest,
  indexReviews,
  meanReciprocalRank,
  type MetricInfo,
  pairedBootstrapOfStatistics,
  type ResultRecord,
  selfBleu,
} from "../../../lib/eval/mod.ts";
import {
  corpusScores,
  overlapMetrics,
  readCorpus,
  readRating,
  recoverRankings,
  selfBleuOptions,
  statementsOf,
  type StoredCorpus,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type Explanations, readJson, readReader, type SystemRankings, writeJson } from "./files.ts";
import { BASELINE } from "./names.ts";

const run = v.object({ method: v.string(), seed: v.number() });
type Run = v.InferOutput<typeof run> & { explanations: Explanations };

/** `evaluation.json`: every number of the tables of one dataset. */
export interface Evaluation {
  readonly records: readonly ResultRecord[];
  /** Against {@link BASELINE}. */
  readonly tests: readonly CellTest[];
  readonly testSignature: string;
  /** Label and signature of the metrics that the library cannot name by itself. */
  readonly metrics: Readonly<Record<string, Partial<MetricInfo>>>;
  readonly counts: {
    readonly testReviews: number;
    readonly candidates: number;
    readonly references: number;
    readonly targets: number;
    readonly rankings: number;
    readonly rankedItems: number;
    /** Users with at least two test reviews of different ratings. */
    readonly ratedUsers: number;
  };
  readonly system: { readonly name: string; readonly rmse: number };
  readonly reader: { readonly penalty: number; readonly rmse: number; readonly rmseOfMean: number };
}

/** Scores the explanations of all methods and seeds, and tests them against the centroid. */
export default defineStage({
  name: "evaluate-explanations",
  module: import.meta.url,
  params: v.object({
    /** Method and seed of each list of explanations, in order. */
    runs: v.array(run),
    resamples: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 1000),
  }),
  inputs: ["corpus", "rankings", "reader", "explanations"],
  outputs: ["evaluation.json"],
  async run(ctx) {
    const corpus = await readCorpus(ctx.input("corpus"));
    const rankings = await readJson<SystemRankings>(ctx.input("rankings"));
    const reader = await readReader(ctx.input("reader"));
    const paths = ctx.inputList("explanations");
    const runs: Run[] = await Promise.all(
      ctx.params.runs.map(async (run, i) => ({ ...run, explanations: await readJson(paths[i]) })),
    );
    const read = (words: string) => readRating(reader, words.split(" "), corpus.idf);
    const evaluate = createEvaluator(corpus, rankings, read);
    const records: ResultRecord[] = [], perExample: (Run & { values: Map<string, Float64Array> })[] = [];
    runs.forEach((run, i) => {
      const { scores, values } = evaluate(run.explanations);
      const { method, seed } = run;
      for (const [metric, value] of Object.entries(scores)) {
        records.push({ method, seed, task: "test", metric, value });
      }
      perExample.push({ ...run, values });
      ctx.progress(i + 1, runs.length, { unit: "runs" });
    });
    const { tests, signature } = testAll(perExample, ctx.params.resamples);
    const { testReviews, candidates, references, targets } = sizesOf(corpus);
    const evaluation: Evaluation = {
      records,
      tests,
      testSignature: signature,
      metrics: {
        ...Object.fromEntries(
          overlapMetrics(corpus.idf).map(({ name, label, signature }) => [name, {
            label,
            signature,
            direction: "higher",
            decimals: 2,
          }]),
        ),
        // As many references as there are other outputs: the signature of so many outputs, whatever they are.
        "self-bleu": {
          signature: `${selfBleu(corpus.test.map(() => ""), selfBleuOptions).signature}|x100`,
        },
      },
      counts: {
        ...{ testReviews, candidates, references, targets },
        rankings: rankings.groups.length,
        rankedItems: rankings.groups.reduce((sum, { tasks }) => sum + tasks.length, 0) /
          rankings.groups.length,
        ratedUsers: ratedGroups(corpus).length,
      },
      system: { name: rankings.system, rmse: rankings.rmse },
      reader: { penalty: reader.penalty, rmse: reader.rmse, rmseOfMean: reader.rmseOfMean },
    };
    await writeJson(ctx.outputs["evaluation.json"], evaluation);
  },
});

/** Makes what scores one run: all metrics, and of some the values of each example. */
function createEvaluator(corpus: StoredCorpus, { groups }: SystemRankings, read: (words: string) => number) {
  const { reviews, sentences, test, idf } = corpus;
  const attributes = new Set(corpus.attributes), opinions = new Set(corpus.opinions);
  const overlap = overlapMetrics(idf);
  const targets = test.map((task) => task.targets.map((s) => sentences[s].words));
  const references = targets.map((own) => own.map((words) => words.join(" ")));
  const index = indexReviews(
    sentences.filter(({ review }) => reviews[review].split === "train").flatMap(({ id, review, words }) =>
      statementsOf(reviews[review].item, words, attributes, opinions).map((statement) => ({
        ...statement,
        source: id,
      }))
    ),
  );
  const rated = ratedGroups(corpus);
  return ({ test: explanations, rankings, ranks }: Explanations) => {
    const hypotheses = explanations.map(({ words }) => words);
    const values = new Map(overlap.map(({ name, score }) => [name, score(hypotheses, references)]));
    const scores: Record<string, number> = Object.fromEntries(
      [...values].map(([name, each]) => [name, meanOf(each)]),
    );
    Object.assign(
      scores,
      corpusScores({
        outputs: hypotheses.map((words) => words.split(" ")),
        items: test.map(({ item }) => item),
        ...{ targets, idf, attributes, opinions, reviews: index },
      }),
    );
    if (ranks !== null) scores["extraction-mrr"] = meanReciprocalRank(ranks);
    if (rankings !== null) {
      const { kendallTau, pairwiseAccuracy, tauOfEach, accuracyOfEach } = recoverRankings(
        groups.map(({ system }, g) => ({ system, recovered: rankings[g].map(({ words }) => read(words)) })),
      );
      Object.assign(scores, { "kendall-tau": kendallTau, "pairwise-accuracy": pairwiseAccuracy });
      values.set("kendall-tau", tauOfEach).set("pairwise-accuracy", accuracyOfEach);
    }
    if (rated.length > 0) {
      const { kendallTau, pairwiseAccuracy } = recoverRankings(
        rated.map((tasks) => ({
          system: tasks.map((t) => reviews[test[t].review!].rating),
          recovered: tasks.map((t) => read(hypotheses[t])),
        })),
      );
      Object.assign(scores, { "true-tau": kendallTau, "true-accuracy": pairwiseAccuracy });
    }
    return { scores, values };
  };
}

/** Test tasks of each user who rated two or more of the items, and not all the same. */
function ratedGroups({ test, reviews }: StoredCorpus): number[][] {
  const ratingOf = (t: number) => reviews[test[t].review!].rating;
  return [...Map.groupBy(test.keys(), (t) => test[t].user).values()]
    .filter((tasks) => tasks.some((t) => ratingOf(t) !== ratingOf(tasks[0])));
}

/** Paired bootstrap over the examples of each method, mean over its seeds, against the baseline. */
function testAll(runs: readonly { method: string; values: Map<string, Float64Array> }[], resamples: number) {
  const means = new Map(
    [...Map.groupBy(runs, ({ method }) => method)].map(([method, own]) => [
      method,
      new Map(
        [...own[0].values.keys()].map((metric) => [
          metric,
          own[0].values.get(metric)!.map((_, i) =>
            own.reduce((sum, { values }) => sum + values.get(metric)![i], 0) / own.length
          ),
        ]),
      ),
    ]),
  );
  const baseline = means.get(BASELINE);
  const tests: CellTest[] = [];
  let signature = "";
  for (const [method, values] of means) {
    if (method === BASELINE || baseline === undefined) continue;
    for (const [metric, each] of values) {
      const test = pairedBootstrapOfStatistics({
        baseline: baseline.get(metric)!,
        candidate: each,
        score: ([sum]) => sum / each.length,
        resamples,
      });
      tests.push({ method, task: "test", metric, p: test.p });
      signature ||= test.signature.replace(/examples:\d+/, "examples:reviews-or-users");
    }
  }
  return { tests, signature };
}

function sizesOf({ test }: StoredCorpus) {
  const mean = (of: "candidates" | "references" | "targets") =>
    test.reduce((sum, task) => sum + task[of].length, 0) / test.length;
  return {
    testReviews: test.length,
    candidates: mean("candidates"),
    references: mean("references"),
    targets: mean("targets"),
  };
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
