import * as v from "valibot";
import { parseCard, readZip, verifyRawFiles } from "../../../lib/data/mod.ts";
import { buildLexicon, measureLexicon, parseAnnotatedReviews } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { writeJson } from "./files.ts";

/** The lexicon builder, on annotated product reviews: what of the features that people marked does it find? */
export default defineStage({
  name: "measure-lexicon",
  module: import.meta.url,
  params: v.object({}),
  inputs: ["card", "files"],
  outputs: ["lexicon_quality.json"],
  async run(ctx) {
    const path = ctx.input("card"), files = ctx.inputList("files");
    const card = parseCard(JSON.parse(await Deno.readTextFile(path)), path);
    if (card.kind !== "corpus") {
      throw new TypeError(
        `Cannot measure on ${card.name}: its card is of kind ${card.kind}, expected corpus`,
      );
    }
    await verifyRawFiles(card, files);
    const sentences = [];
    for (const file of files) {
      for (const [name, text] of await readZip(file)) {
        if (/\.txt$/.test(name) && !/readme/i.test(name)) sentences.push(...parseAnnotatedReviews(text));
      }
    }
    const quality = measureLexicon(buildLexicon(sentences.map(({ words }) => words)), sentences);
    await writeJson(ctx.outputs["lexicon_quality.json"], quality);
  },
});
