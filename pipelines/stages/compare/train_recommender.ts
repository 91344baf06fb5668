import { readCorpus } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { recommenderParams } from "../../recommender/params.ts";
import { saveRecommender } from "../../recommender/recommender.ts";
import { trainRecommender } from "../../recommender/train_recommender.ts";
import { writeJson } from "./files.ts";

/**
 * The system whose ratings are explained: a multi-task recommender of the training reviews, and how it compares with
 * rating biases, with equal weights and with a network for ratings alone. Always on the portable backend: its matrices are
 * too small for another to be worth a difference in the last bits between machines.
 */
export default defineStage({
  name: "train-recommender",
  module: import.meta.url,
  params: recommenderParams,
  inputs: ["corpus"],
  outputs: ["recommender/", "report.json"],
  permissions: { sys: true },
  async run(ctx) {
    await useBackend("wasm", { threads: 1 });
    const { recommender, report } = await trainRecommender(
      await readCorpus(ctx.input("corpus")),
      ctx.params,
      (done, total, note) => ctx.progress(done, total, { unit: "runs", note }),
    );
    await saveRecommender(ctx.outputs["recommender/"], recommender);
    await writeJson(ctx.outputs["report.json"], report);
    const { mean, biases, recommender: own } = report.rmse;
    ctx.log(
      `RMSE on validation ${[own, biases, mean].map(({ validation }) => validation.toFixed(4)).join(", ")} ` +
        "(recommender, rating biases, mean)",
    );
  },
});
