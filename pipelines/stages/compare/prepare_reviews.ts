import { basename } from "node:path";
import * as v from "valibot";
import { parseCard, ReadReport, readReviews, verifyRawFiles } from "../../../lib/data/mod.ts";
import { hotelAspectWords, prepareReviews } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { writePrepared } from "./files.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Raw reviews to split reviews of sentences: files as their card says, or CSV files without a card. */
export default defineStage({
  name: "prepare-reviews",
  module: import.meta.url,
  params: v.object({
    core: v.optional(v.object({ user: count, item: count }), { user: 5, item: 5 }),
    splitSeed: v.optional(v.number(), 0),
    /** Hotels as they are, or (hotel, aspect) pairs where reviews rate aspects, as the paper has those of TripAdvisor. */
    items: v.optional(v.picklist(["whole", "aspects"]), "whole"),
  }),
  inputs: ["card", "files"],
  outputs: ["reviews/"],
  async run(ctx) {
    const files = ctx.inputList("files"), [cardPath] = ctx.inputList("card");
    const form = cardPath === undefined
      ? { title: files.map((path) => basename(path)).join(", "), format: "csv" as const, category: "all" }
      : await checkedCard(cardPath, files);
    const reading = new ReadReport();
    const source = readReviews(files, { format: form.format, category: form.category, report: reading });
    const { core, splitSeed, items } = ctx.params;
    const { reviews, counts } = await prepareReviews(source, {
      ...{ core, seed: splitSeed },
      ...items === "aspects" && { aspects: hotelAspectWords },
    });
    const { records, malformed, examples, dropped } = reading;
    if (malformed > 0) {
      const lines = examples.map(({ file, line, problem }) => `${file} line ${line}: ${problem}`);
      ctx.log(`${malformed} of ${records} records are malformed and left out: ${lines.join("; ")}`);
    }
    await writePrepared(ctx.outputs["reviews/"], reviews, {
      source: form.title,
      counts,
      reading: { records, malformed, examples, dropped },
    });
  },
});

async function checkedCard(path: string, files: readonly string[]) {
  const card = parseCard(JSON.parse(await Deno.readTextFile(path)), path);
  if (card.kind !== "reviews") {
    throw new TypeError(`Cannot prepare ${card.name}: its card is of kind ${card.kind}, expected reviews`);
  }
  await verifyRawFiles(card, files);
  return card;
}
