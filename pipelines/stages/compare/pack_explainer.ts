import * as v from "valibot";
import { extractorNames, readCorpus, tuneRatingBiases } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { writeExplainer } from "../../explain/explainer_folder.ts";
import { type StoredSystem, trainedMethod } from "../../explain/stored_parts.ts";

/** Everything that `deno task explain` needs, in one folder. */
export default defineStage({
  name: "pack-explainer",
  module: import.meta.url,
  params: v.object({
    dataset: v.string(),
    /** What explains; the oracle would need the answer. */
    method: v.picklist([trainedMethod, ...extractorNames.filter((name) => name !== "oracle")]),
    seed: v.optional(v.number(), 1),
    /** What CompExp says. */
    say: v.optional(v.picklist(["extracted", "refined", "best"])),
    /** The pipeline and its settings. */
    madeWith: v.string(),
  }),
  /**
   * `recommender`: the folder that train-recommender wrote, or an empty list for rating biases. `model` and `guide`: those of
   * CompExp, an empty list each for other methods.
   */
  inputs: ["corpus", "recommender", "model", "guide"],
  outputs: ["explainer/"],
  async run(ctx) {
    const corpus = await readCorpus(ctx.input("corpus"));
    const [folder] = ctx.inputList("recommender");
    const [model] = ctx.inputList("model"), [guide] = ctx.inputList("guide");
    if ((ctx.params.method === trainedMethod) !== (model !== undefined && guide !== undefined)) {
      throw new RangeError(
        `Cannot pack ${ctx.params.method}: it has ${
          model === undefined ? "no" : "a"
        } model, expected model and guide ` +
          "of CompExp alone",
      );
    }
    const ratings = (split: string) => corpus.reviews.filter((review) => review.split === split);
    const system: StoredSystem = folder === undefined
      ? { kind: "biases", shrinkage: tuneRatingBiases(ratings("train"), ratings("validation")).shrinkage }
      : { kind: "recommender", folder };
    await writeExplainer(ctx.outputs["explainer/"], {
      ...{ manifest: ctx.params, corpus, system },
      ...model !== undefined && { model: { model, guide } },
    });
  },
});
