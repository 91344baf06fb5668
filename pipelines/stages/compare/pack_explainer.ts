import * as v from "valibot";
import { extractorNames, readCorpus, tuneRatingBiases, writeExplainer } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";

/** Everything that `deno task explain` needs, in one folder. */
export default defineStage({
  name: "pack-explainer",
  module: import.meta.url,
  params: v.object({
    dataset: v.string(),
    /** What explains; the oracle would need the answer. */
    method: v.picklist(extractorNames.filter((name) => name !== "oracle")),
    seed: v.optional(v.number(), 1),
    /** The command whose run this is a part of. */
    madeWith: v.string(),
  }),
  inputs: ["corpus"],
  outputs: ["explainer/"],
  async run(ctx) {
    const corpus = await readCorpus(ctx.input("corpus"));
    const ratings = (split: string) => corpus.reviews.filter((review) => review.split === split);
    const { shrinkage } = tuneRatingBiases(ratings("train"), ratings("validation"));
    await writeExplainer(ctx.outputs["explainer/"], {
      manifest: ctx.params,
      corpus,
      system: { kind: "rating-biases", shrinkage },
    });
  },
});
