import { disposeNetwork, predict, type Predictions, type TaskHead, train } from "../../lib/balance/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { startBackend } from "./backend.ts";
import { openSplits, runOutputs, trainingParams, trainingStage, writeRun } from "./training_run.ts";

/** Trains a model of its own for each task, each stopped by its own validation: what sharing has to beat. */
export default defineStage({
  ...trainingStage,
  name: "train-single-tasks",
  module: import.meta.url,
  params: trainingParams,
  outputs: runOutputs,
  async run(ctx) {
    const backend = await startBackend(ctx);
    const { test, ...data } = await openSplits(ctx.input("dataset"));
    const tasks = data.train.tasks;
    const predictions: Predictions = { predicted: [], labels: [] };
    const heads: TaskHead[] = [];
    const selection = [];
    let examples = 0, seconds = 0;
    for (const [m, task] of tasks.entries()) {
      const run = await train(data, { ...ctx.params.config, tasks: [task], balancer: "ew", level: "loss" }, {
        progress: (done, total) =>
          ctx.progress(m * total + done, tasks.length * total, { unit: "steps", note: task }),
      });
      const single = await predict(run.network, test, run.taskIndices);
      predictions.predicted.push(...single.predicted);
      predictions.labels.push(...single.labels);
      selection.push({ task, bestEpoch: run.bestEpoch, history: run.history });
      heads.push(...run.network.heads);
      examples += run.examples;
      seconds += run.seconds;
      disposeNetwork(run.network);
    }
    await writeRun(ctx, { backend, tasks, heads, selection, predictions, examples, seconds });
  },
});
