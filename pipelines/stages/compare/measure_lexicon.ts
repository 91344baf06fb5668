import * as v from "valibot";
import { parseCard, readZip, verifyRawFiles } from "../../../lib/data/mod.ts";
import {
  type AnnotatedSentence,
  buildLexicon,
  type HeldOutQuality,
  type LexiconQuality,
  measureHeldOut,
  measureLexicon,
  parseAnnotatedReviews,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { writeJson } from "./files.ts";

/** `lexicon_quality.json`. */
export interface LexiconQualities {
  readonly products: number;
  /** Of all products together, where the defaults were chosen. */
  readonly all: LexiconQuality;
  readonly heldOut: HeldOutQuality;
}

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
    const products: [name: string, sentences: AnnotatedSentence[]][] = [];
    for (const file of files) {
      for (const [name, text] of await readZip(file)) {
        if (/\.txt$/.test(name) && !/readme/i.test(name)) products.push([name, parseAnnotatedReviews(text)]);
      }
    }
    // Every other product by name: both halves have cameras, players, routers and phones.
    products.sort(([a], [b]) => a < b ? -1 : 1);
    const half = (rest: number) =>
      products.filter((_, i) => i % 2 === rest).flatMap(([, sentences]) => sentences);
    const sentences = products.flatMap(([, sentences]) => sentences);
    const qualities: LexiconQualities = {
      products: products.length,
      all: measureLexicon(buildLexicon(sentences.map(({ words }) => words)), sentences),
      heldOut: measureHeldOut([half(0), half(1)]),
    };
    await writeJson(ctx.outputs["lexicon_quality.json"], qualities);
  },
});
