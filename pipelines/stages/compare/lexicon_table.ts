import { markdownRows } from "../../../lib/eval/mod.ts";
import { type LexiconQuality, tunedOptions } from "../../../lib/explain/mod.ts";
import type { LexiconQualities } from "./measure_lexicon.ts";

/** How the lexicon compares with annotated reviews, as Markdown; `qualities` are absent where there are no such reviews. */
export function lexiconTable(qualities: LexiconQualities | undefined): string {
  const head = ["measured on", "nouns", "precision", "recall", "F"];
  if (qualities === undefined) {
    return markdownRows(head, [["annotated product reviews (not found)", "—", "—", "—", "—"]]);
  }
  const { products, all, heldOut } = qualities;
  const row = (name: string, { nouns, precision, recall, f }: LexiconQuality) => [
    ...[name, String(nouns)],
    ...[precision, recall, f].map((value) => value.toFixed(3)),
  ];
  return markdownRows(head, [
    row(`annotated reviews of ${products} products, on which the defaults were chosen`, all),
    row("each half of the products by itself, with these defaults", heldOut.defaults),
    row("held out: each half by itself, options chosen on the other half", heldOut.chosen),
  ]) + "\n\n" + [
    `Built from the ${all.sentences} sentences without their marks; precision: nouns that are a word of a marked feature; ` +
    `recall: of ${all.mentions} marked mentions, those of which a word is found; features that are only implied are left out`,
    "Halves: every other product by name, its nouns judged by the marks of its half alone, both counted together; chosen by " +
    `F of ${
      Object.entries(tunedOptions).map(([name, values]) => `${name} in {${values.join(", ")}}`).join(", ")
    }`,
    `Chosen: ${
      heldOut.options.map((options) => described(options)).join("; and ")
    }; held out are the options, not the rules ` +
    "that they are of, which were found with all of these reviews at hand",
  ].map((note) => `- ${note}`).join("\n");
}

const described = (options: object) =>
  Object.entries(options).map(([name, value]) => `${name} ${value}`).join(", ");
