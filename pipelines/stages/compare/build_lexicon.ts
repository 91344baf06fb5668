import * as v from "valibot";
import { buildLexicon, wordsOf } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { readPrepared } from "./files.ts";

/** The attribute lexicon of the training reviews. */
export default defineStage({
  name: "build-lexicon",
  module: import.meta.url,
  params: v.object({}),
  inputs: ["reviews"],
  outputs: ["lexicon.json"],
  async run(ctx) {
    const reviews = await readPrepared(ctx.input("reviews"));
    const sentences = reviews.filter(({ split }) => split === "train")
      .flatMap(({ sentences }) => sentences.map(wordsOf));
    await Deno.writeTextFile(
      ctx.outputs["lexicon.json"],
      JSON.stringify(buildLexicon(sentences), null, 2) + "\n",
    );
  },
});
