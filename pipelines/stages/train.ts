import { predict, saveNetwork, train } from "../../lib/balance/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { startBackend } from "./backend.ts";
import { openSplits, runOutputs, trainingParams, trainingStage, writeRun } from "./training_run.ts";

/** Trains one multi-task model with one balancer and predicts the test split. */
export default defineStage({
  ...trainingStage,
  name: "train",
  module: import.meta.url,
  params: trainingParams,
  outputs: [...runOutputs, "model.safetensors"],
  async run(ctx) {
    const backend = await startBackend(ctx);
    const { test, ...data } = await openSplits(ctx.input("dataset"));
    const run = await train(data, ctx.params.config, {
      progress: (done, total, note) => ctx.progress(done, total, { unit: "steps", note }),
    });
    const { history, bestEpoch, tasks, examples, seconds } = run;
    await saveNetwork(ctx.outputs["model.safetensors"], run.network, run.balancerState);
    const predictions = await predict(run.network, test, run.taskIndices);
    await writeRun(ctx, {
      backend,
      tasks,
      heads: run.network.heads,
      selection: { bestEpoch, history },
      predictions,
      examples,
      seconds,
    });
  },
});
