import * as v from "valibot";
import { type BinaryScores, type Predictions, whereLabelled } from "../../lib/balance/mod.ts";
import {
  type CellTest,
  compareModels,
  deltaM,
  pairedT,
  relativeGain,
  type ResultRecord,
} from "../../lib/eval/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { describeBackend } from "../../lib/tensor/mod.ts";
import { trainingPermissions } from "./backend.ts";
import { ALL_TASKS, EQUAL_WEIGHTS, SINGLE_TASK } from "./names.ts";
import { readPredictions, type RunScores, writeJson } from "./training_run.ts";

const run = v.object({ method: v.string(), seed: v.number() });

/** What `assessment.json` says of one dataset and backbone. */
export interface Assessment {
  readonly dataset: string;
  readonly backbone: string;
  readonly tasks: readonly string[];
  readonly records: readonly ResultRecord[];
  /** Tests of `ne` and `gain` against the method `against`. */
  readonly tests: readonly CellTest[];
  readonly seeds: number;
  /** Test examples. */
  readonly examples: number;
  /** Backend and threads that the runs were trained on. */
  readonly backend: string;
}

type Run = v.InferOutput<typeof run> & { predictions: Predictions; scores: readonly BinaryScores[] };

/** Scores the test predictions of all methods and seeds on one dataset, and tests them against one of the methods. */
export default defineStage({
  name: "assess",
  module: import.meta.url,
  params: v.object({
    dataset: v.string(),
    backbone: v.string(),
    /** Method and seed of each input, in order. */
    runs: v.array(run),
    /** The method that the gains are over: equal weights. */
    against: v.optional(v.string(), EQUAL_WEIGHTS),
    resamples: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 1000),
  }),
  inputs: ["predictions", "scores"],
  outputs: ["assessment.json"],
  permissions: trainingPermissions,
  async run(ctx) {
    const { dataset, backbone, against, resamples } = ctx.params;
    const [paths, scorePaths] = [ctx.inputList("predictions"), ctx.inputList("scores")];
    const scores: RunScores[] = await Promise.all(
      scorePaths.map(async (path) => JSON.parse(await Deno.readTextFile(path))),
    );
    const runs: Run[] = await Promise.all(ctx.params.runs.map(async (run, i) => ({
      ...run,
      predictions: await readPredictions(paths[i], scores[i].heads),
      scores: binaryScores(scores[i]),
    })));
    const { tasks } = scores[0];
    const records = recordsOf(runs, against);
    const tests = [
      ...testMeans(records, against),
      ...testTasks(
        runs,
        tasks,
        against,
        resamples,
        (done, total) => ctx.progress(done, total, { unit: "comparisons" }),
      ),
    ];
    const assessment: Assessment = {
      ...{ dataset, backbone, tasks },
      records: records.map((record) => ({ dataset, backbone, ...record })),
      tests: tests.map((test) => ({ dataset, backbone, ...test })),
      seeds: new Set(runs.map(({ seed }) => seed)).size,
      examples: runs[0].predictions.labels[0].length,
      backend: [...new Set(scores.map(({ backend }) => describeBackend(backend)))].join("; "),
    };
    await writeJson(ctx.outputs["assessment.json"], assessment);
  },
});

/** @throws {TypeError} If a task is not binary: the tables know no other metrics. */
function binaryScores({ test }: RunScores): BinaryScores[] {
  return test.map((scores) => {
    if (scores.kind === "binary") return scores;
    throw new TypeError(
      `Cannot assess task '${scores.task}': its kind is ${scores.kind}, expected binary tasks alone`,
    );
  });
}

/** NE, gain, AUC and calibration of each task, their means, and Delta_m, of every run. */
function recordsOf(runs: readonly Run[], against: string): ResultRecord[] {
  const find = (method: string, seed: number) =>
    runs.find((run) => run.method === method && run.seed === seed);
  return runs.flatMap(({ method, seed, scores }) => {
    const baseline = find(against, seed)!.scores, single = find(SINGLE_TASK, seed)?.scores;
    const perTask = scores.map(({ task, ne, auc, calibration }, m) => ({
      task,
      values: { ne, gain: relativeGain(ne, baseline[m].ne), auc, calibration },
    }));
    const meanOf = (metric: "ne" | "gain" | "auc") =>
      perTask.reduce((sum, { values }) => sum + values[metric], 0) / perTask.length;
    const overall: Record<string, number> = { ne: meanOf("ne"), gain: meanOf("gain"), auc: meanOf("auc") };
    if (single) {
      overall["delta-m"] = deltaM(scores.flatMap(({ task, ne, auc }, m) => [
        { task, value: ne, baseline: single[m].ne, higherIsBetter: false },
        { task, value: auc, baseline: single[m].auc, higherIsBetter: true },
      ]));
    }
    return [{ task: ALL_TASKS, values: overall }, ...perTask].flatMap(({ task, values }) =>
      Object.entries(values).map(([metric, value]) => ({ method, seed, task, metric, value }))
    );
  });
}

/** Paired t over seeds of mean NE and of mean gain, for each method; none with a single seed. */
function testMeans(records: readonly ResultRecord[], against: string): CellTest[] {
  const means = records.filter(({ task }) => task === ALL_TASKS);
  const bySeed = (method: string, metric: string) =>
    means.filter((record) => record.method === method && record.metric === metric)
      .toSorted((a, b) => Number(a.seed) - Number(b.seed)).map(({ value }) => value!);
  const methods = [...new Set(means.map(({ method }) => method))].filter((method) => method !== against);
  return methods.flatMap((method) =>
    ["ne", "gain"].flatMap((metric) => {
      const baseline = bySeed(against, metric), rival = bySeed(method, metric);
      return rival.length < 2 ? [] : [{ method, task: ALL_TASKS, metric, p: pairedT(baseline, rival).p }];
    })
  );
}

/** Each task's NE over examples and over seeds; a task's gain is its NE on another scale, and has the same p. */
function testTasks(
  runs: readonly Run[],
  tasks: readonly string[],
  against: string,
  resamples: number,
  progress: (done: number, total: number) => void,
): CellTest[] {
  const byMethod = Map.groupBy(runs, ({ method }) => method);
  const baselines = byMethod.get(against)!;
  const rivals = [...byMethod].filter(([method]) => method !== against);
  let done = 0;
  return rivals.flatMap(([method, candidates]) =>
    tasks.flatMap((task, m) => {
      const labels = baselines[0].predictions.labels[m];
      const probabilities = ({ predictions }: Run) => whereLabelled(labels, predictions.predicted[m]);
      const { p } = compareModels({
        metric: "ne",
        labels: whereLabelled(labels, labels),
        runs: candidates.map((candidate) => ({
          baseline: probabilities(baselines.find(({ seed }) => seed === candidate.seed)!),
          candidate: probabilities(candidate),
        })),
        resamples,
      });
      progress(++done, rivals.length * tasks.length);
      return ["ne", "gain"].map((metric) => ({ method, task, metric, p }));
    })
  );
}
