import * as v from "valibot";
import { makeReviewWorld } from "../../../lib/data/mod.ts";
import { prepareReviews } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { writePrepared } from "./files.ts";

/** The synthetic review world, prepared as raw reviews are. */
export default defineStage({
  name: "prepare-review-world",
  module: import.meta.url,
  params: v.object({
    /** Of the world and of the split. */
    seed: v.optional(v.number(), 0),
  }),
  inputs: [],
  outputs: ["reviews/"],
  async run(ctx) {
    const { seed } = ctx.params;
    const { reviews, counts } = await prepareReviews(makeReviewWorld({ seed }).reviews, { seed });
    await writePrepared(ctx.outputs["reviews/"], reviews, { source: "Synthetic reviews", counts });
  },
});
