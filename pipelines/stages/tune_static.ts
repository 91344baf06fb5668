import {
  baseLoss,
  disposeNetwork,
  predict,
  staticCandidates,
  train,
  type TrainedRun,
} from "../../lib/balance/mod.ts";
import * as v from "valibot";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { startBackend } from "./backend.ts";
import { openSplits, runOutputs, trainingParams, trainingStage, writeRun } from "./training_run.ts";

/**
 * Trains with one candidate of static task weights after the other and keeps the best by validation: the honest
 * rival of every balancing method, at a multiple of its cost.
 */
export default defineStage({
  ...trainingStage,
  name: "tune-static",
  module: import.meta.url,
  params: v.object({
    ...trainingParams.entries,
    /** How many candidates to train. */
    candidates: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 8),
  }),
  outputs: runOutputs,
  async run(ctx) {
    const { config, candidates } = ctx.params;
    const backend = await startBackend(ctx);
    const { test, ...data } = await openSplits(ctx.input("dataset"));
    const tried: { weights: number[]; meanRelativeLoss: number; bestEpoch: number }[] = [];
    let best: { run: TrainedRun; relativeLoss: number } | undefined;
    let examples = 0, seconds = 0;
    const baseLosses = data.train.schema.tasks.map(baseLoss);
    for (const [i, weights] of staticCandidates(baseLosses, candidates, config.seed).entries()) {
      const run = await train(data, {
        ...config,
        balancer: "static",
        balancerOptions: { weights },
        level: "loss",
      }, {
        progress: (done, total) =>
          ctx.progress(i * total + done, candidates * total, { unit: "steps", note: `candidate ${i + 1}` }),
      });
      const relativeLoss = run.history[run.bestEpoch - 1].meanRelativeLoss;
      tried.push({ weights, meanRelativeLoss: relativeLoss, bestEpoch: run.bestEpoch });
      examples += run.examples;
      seconds += run.seconds;
      if (best && best.relativeLoss <= relativeLoss) {
        disposeNetwork(run.network);
      } else {
        if (best) disposeNetwork(best.run.network);
        best = { run, relativeLoss };
      }
    }
    const { network, tasks, taskIndices } = best!.run;
    const predictions = await predict(network, test, taskIndices);
    await writeRun(ctx, {
      ...{ backend, tasks, heads: network.heads, selection: { tried }, predictions, examples, seconds },
    });
  },
});
