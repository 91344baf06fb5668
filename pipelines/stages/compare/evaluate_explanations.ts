import * as v from "valibot";
import { meanReciprocalRank, type MetricInfo, type ResultRecord, selfBleu } from "../../../lib/eval/mod.ts";
import {
  compareMethods,
  createCorpusScorer,
  createOverlapScorer,
  indexStatements,
  type MethodComparison,
  overlapMetrics,
  readCorpus,
  readRating,
  recoverRankings,
  selfBleuOptions,
  type StoredCorpus,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type Explanations, readJson, readReader, type SystemRankings, wordsIn, writeJson } from "./files.ts";
import { BASELINE } from "./names.ts";

const run = v.object({
  method: v.string(),
  seed: v.number(),
  /** Whether another seed would give other explanations. */
  draws: v.optional(v.boolean(), true),
});

/** Metrics by which the subject is compared with every other method. */
const subjectMetrics = ["idf-bleu-4", "kendall-tau"] as const;

/** `evaluation.json`: every number of the tables of one dataset. */
export interface Evaluation {
  readonly records: readonly ResultRecord[];
  /** Methods that give the same with every seed. */
  readonly deterministic: readonly string[];
  /** Against {@link BASELINE}, and of the subject. */
  readonly comparison: MethodComparison;
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

/** Scores the explanations of all methods and seeds, and tests them against the centroid and against the subject. */
export default defineStage({
  name: "evaluate-explanations",
  module: import.meta.url,
  params: v.object({
    /** Method and seed of each list of explanations, in order. */
    runs: v.array(run),
    /** The method that is compared with every other one; without runs of it there is no such comparison. */
    subject: v.optional(v.string(), "compexp"),
    /** So many that a corrected p may fall below .01 with 20 methods. */
    resamples: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 5000),
  }),
  inputs: ["corpus", "rankings", "reader", "explanations"],
  outputs: ["evaluation.json"],
  async run(ctx) {
    const { runs, subject, resamples } = ctx.params;
    const corpus = await readCorpus(ctx.input("corpus"));
    const rankings = await readJson<SystemRankings>(ctx.input("rankings"));
    const reader = await readReader(ctx.input("reader"));
    // Extraction rules often agree, and so do their seeds: a text is read once.
    const ratings = new Map<string, number>();
    const read = (words: string) =>
      ratings.getOrInsertComputed(words, () => readRating(reader, wordsIn(words), corpus.idf));
    const evaluate = createEvaluator(corpus, rankings, read);
    const records: ResultRecord[] = [];
    const perExample: (typeof runs[number] & { values: Map<string, Float64Array> })[] = [];
    for (const [i, run] of runs.entries()) {
      // One at a time: many runs need not fit in memory together.
      const { scores, values } = evaluate(await readJson<Explanations>(ctx.inputList("explanations")[i]));
      const { method, seed } = run;
      for (const [metric, value] of Object.entries(scores)) {
        records.push({ method, seed, task: "test", metric, value });
      }
      perExample.push({ ...run, values });
      ctx.progress(i + 1, runs.length, { unit: "runs" });
    }
    const methods = [...Map.groupBy(perExample, ({ method }) => method)].map(([method, own]) => ({
      method,
      draws: own[0].draws,
      runs: own.map(({ values }) => values),
    }));
    const evaluation: Evaluation = {
      records,
      deterministic: methods.filter(({ draws }) => !draws).map(({ method }) => method),
      comparison: compareMethods(methods, { baseline: BASELINE, subject, subjectMetrics, resamples }),
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
        ...sizesOf(corpus),
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
  const targets = test.map((task) => task.targets.map((s) => sentences[s].words));
  const overlap = createOverlapScorer(idf, targets);
  const corpusScores = createCorpusScorer({
    items: test.map(({ item }) => item),
    ...{ targets, idf, reviews: indexStatements(corpus) },
  });
  const rated = ratedGroups(corpus);
  return ({ test: explanations, rankings, ranks, perplexity }: Explanations) => {
    const outputs = explanations.map(({ words }) => wordsIn(words));
    const values = overlap.score(outputs);
    const scores: Record<string, number | null> = {
      ...Object.fromEntries([...values].map(([name, each]) => [name, meanOf(each)])),
      ...corpusScores(outputs),
    };
    if (ranks !== null) scores["extraction-mrr"] = meanReciprocalRank(ranks);
    if (perplexity !== undefined) scores["perplexity"] = perplexity;
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
          recovered: tasks.map((t) => read(explanations[t].words)),
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
