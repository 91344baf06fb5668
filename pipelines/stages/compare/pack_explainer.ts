import * as v from "valibot";
import {
  extractorNames,
  readCorpus,
  trainedMethod,
  tuneRatingBiases,
  writeExplainer,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { readReader } from "./files.ts";

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
  /** Model and guide are those of CompExp, an empty list each for other methods. */
  inputs: ["corpus", "model", "guide"],
  outputs: ["explainer/"],
  async run(ctx) {
    const corpus = await readCorpus(ctx.input("corpus"));
    const ratings = (split: string) => corpus.reviews.filter((review) => review.split === split);
    const { shrinkage } = tuneRatingBiases(ratings("train"), ratings("validation"));
    const [path] = ctx.inputList("model"), [guide] = ctx.inputList("guide");
    if ((ctx.params.method === trainedMethod) !== (path !== undefined)) {
      throw new RangeError(
        `Cannot pack ${ctx.params.method}: it has ${
          path === undefined ? "no" : "a"
        } model, expected one of CompExp alone`,
      );
    }
    await writeExplainer(ctx.outputs["explainer/"], {
      manifest: ctx.params,
      corpus,
      system: { kind: "rating-biases", shrinkage },
      ...path !== undefined &&
        { model: { path, guide: guide === undefined ? guide : await readReader(guide) } },
    });
  },
});
