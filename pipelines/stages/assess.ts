import * as v from "valibot";
import { evaluate, type Predictions } from "../../lib/balance/mod.ts";
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
import { ALL_TASKS, EQUAL_WEIGHTS, SINGLE_TASK } from "./names.ts";
import { readPredictions, type RunScores, trainingPermissions, writeJson } from "./training_run.ts";

const run = v.object({ method: v.string(), seed: v.number() });

/** What `assessment.json` says of one dataset and backbone. */
export interface Assessment {
  readonly dataset: string;
  readonly backbone: string;
  readonly tasks: readonly string[];
  readonly records: readonly ResultRecord[];
  /** Tests of `ne` against equal weights. */
  readonly tests: readonly CellTest[];
  readonly seeds: number;
  /** Test examples. */
  readonly examples: number;
  /** Backend and threads that the runs were trained on. */
  readonly backend: string;
}

type Run = v.InferOutput<typeof run> & { predictions: Predictions };

/** Scores the test predictions of all methods and seeds on one dataset, and tests them against equal weights. */
export default defineStage({
  name: "assess",
  module: import.meta.url,
  params: v.object({
    dataset: v.string(),
    backbone: v.string(),
    /** Method and seed of each input, in order. */
    runs: v.array(run),
    resamples: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 1000),
  }),
  inputs: ["predictions", "scores"],
  outputs: ["assessment.json"],
  permissions: trainingPermissions,
  async run(ctx) {
    const { dataset, backbone, resamples } = ctx.params;
    const paths = ctx.inputList("predictions");
    const runs: Run[] = await Promise.all(
      ctx.params.runs.map(async (run, i) => ({ ...run, predictions: await readPredictions(paths[i]) })),
    );
    const { tasks, backend }: RunScores = JSON.parse(await Deno.readTextFile(ctx.inputList("scores")[0]));
    const tests = testAgainstEqualWeights(runs, tasks, resamples, ctx.progress);
    const assessment: Assessment = {
      ...{ dataset, backbone, tasks },
      records: recordsOf(runs, tasks).map((record) => ({ dataset, backbone, ...record })),
      tests: tests.map((test) => ({ dataset, backbone, ...test })),
      seeds: new Set(runs.map(({ seed }) => seed)).size,
      examples: runs[0].predictions.labels[0].length,
      backend: describeBackend(backend),
    };
    await writeJson(ctx.outputs["assessment.json"], assessment);
  },
});

/** NE, gain, AUC and calibration of each task, their means, and Delta_m, of every run. */
function recordsOf(runs: readonly Run[], tasks: readonly string[]): ResultRecord[] {
  const scored = runs.map((run) => ({ ...run, scores: evaluate(run.predictions, tasks) }));
  const find = (method: string, seed: number) =>
    scored.find((run) => run.method === method && run.seed === seed);
  return scored.flatMap(({ method, seed, scores }) => {
    const equal = find(EQUAL_WEIGHTS, seed)!.scores, single = find(SINGLE_TASK, seed)?.scores;
    const perTask = scores.map(({ task, ne, auc, calibration }, m) => ({
      task,
      values: { ne, gain: relativeGain(ne, equal[m].ne), auc, calibration },
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

/** A single task is tested over examples and seeds; the mean of all tasks over seeds. */
function testAgainstEqualWeights(
  runs: readonly Run[],
  tasks: readonly string[],
  resamples: number,
  progress: (done: number, total: number, details?: { unit: string }) => void,
): CellTest[] {
  const byMethod = Map.groupBy(runs, ({ method }) => method);
  const equal = byMethod.get(EQUAL_WEIGHTS)!;
  const rivals = [...byMethod].filter(([method]) => method !== EQUAL_WEIGHTS);
  const meanNe = ({ predictions }: Run) =>
    evaluate(predictions, tasks).reduce((sum, { ne }) => sum + ne, 0) / tasks.length;
  let done = 0;
  return rivals.flatMap(([method, candidates]) => {
    const pairs = candidates.map((candidate) => ({
      candidate,
      baseline: equal.find(({ seed }) => seed === candidate.seed)!,
    }));
    const perTask = tasks.map((task, m) => {
      const { p } = compareModels({
        metric: "ne",
        labels: equal[0].predictions.labels[m],
        runs: pairs.map(({ baseline, candidate }) => ({
          baseline: baseline.predictions.probabilities[m],
          candidate: candidate.predictions.probabilities[m],
        })),
        resamples,
      });
      progress(++done, rivals.length * tasks.length, { unit: "comparisons" });
      return { method, task, p };
    });
    if (pairs.length < 2) return perTask;
    const { p } = pairedT(
      pairs.map(({ baseline }) => meanNe(baseline)),
      pairs.map(({ candidate }) => meanNe(candidate)),
    );
    return [{ method, task: ALL_TASKS, p }, ...perTask];
  });
}
