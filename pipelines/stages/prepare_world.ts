import * as v from "valibot";
import { prepareWorld } from "../../lib/data/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** A synthetic world with planted task conflict, in the form of a prepared dataset. */
export default defineStage({
  name: "make-world",
  module: import.meta.url,
  params: v.object({
    seed: v.optional(v.number()),
    rows: v.optional(v.object({ train: count, validation: count, test: count })),
    positiveRates: v.optional(v.array(v.number())),
    sharing: v.optional(v.number()),
    conflict: v.optional(v.number()),
    signal: v.optional(v.number()),
    noise: v.optional(v.number()),
    labelCorrelation: v.optional(v.number()),
    hiddenUnits: v.optional(v.number()),
  }),
  inputs: [],
  outputs: ["dataset/"],
  permissions: { ffi: true, sys: true },
  async run(ctx) {
    await prepareWorld({ ...ctx.params, outDir: ctx.outputs["dataset/"] });
  },
});
