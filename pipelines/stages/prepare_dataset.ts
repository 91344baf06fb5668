import * as v from "valibot";
import { parseCard, prepareDataset } from "../../lib/data/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";

/** Raw files of a dataset to encoded, split and shuffled Parquet. */
export default defineStage({
  name: "prepare",
  module: import.meta.url,
  params: v.object({ splitSeed: v.optional(v.number(), 0) }),
  inputs: ["card", "files"],
  outputs: ["dataset/"],
  permissions: { ffi: true, sys: true },
  async run(ctx) {
    const path = ctx.input("card");
    const card = parseCard(JSON.parse(await Deno.readTextFile(path)), path);
    if (card.kind !== "tabular") {
      throw new TypeError(`Cannot prepare ${card.name}: it is synthetic, expected files`);
    }
    await prepareDataset({
      card,
      paths: ctx.inputList("files"),
      outDir: ctx.outputs["dataset/"],
      splitSeed: ctx.params.splitSeed,
    });
  },
});
