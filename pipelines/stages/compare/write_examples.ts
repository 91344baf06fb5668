import * as v from "valibot";
import { readCorpus, statementsOf } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type Explanations, readJson, type SystemRankings } from "./files.ts";

/** For some users: the ranked items, the explanation of each, what it compares, and where it is from. */
export default defineStage({
  name: "write-examples",
  module: import.meta.url,
  params: v.object({
    dataset: v.string(),
    /** The method whose explanations are shown, in words. */
    method: v.string(),
    users: v.optional(v.number(), 5),
    preamble: v.optional(v.array(v.string()), []),
  }),
  inputs: ["corpus", "rankings", "explanations"],
  outputs: ["examples.md"],
  async run(ctx) {
    const { dataset, method, users, preamble } = ctx.params;
    const corpus = await readCorpus(ctx.input("corpus"));
    const { groups, system } = await readJson<SystemRankings>(ctx.input("rankings"));
    const { rankings } = await readJson<Explanations>(ctx.input("explanations"));
    if (rankings === null) {
      throw new Error(`Cannot show examples of ${method}: it explains no rankings, expected one that does`);
    }
    const attributes = new Set(corpus.attributes), opinions = new Set(corpus.opinions);
    const sections = [
      `# Explained rankings: ${dataset}`,
      `Ranked by ${system}; explained by ${method}. Every sentence is somebody's own, from the review named beside it.`,
      ...preamble,
    ];
    // Users whose items differ, so that there is something to explain, with a sentence of their own to compare with.
    const shown = groups.map((group, g) => ({ ...group, g }))
      .filter(({ system, tasks }) => system[0] - system.at(-1)! >= 0.5 && tasks[0].references.length >= 3)
      .slice(0, users);
    for (const { g, user, tasks, system } of shown) {
      const own = tasks[0].references.slice(0, 3).map((s) => {
        const { text, review } = corpus.sentences[s];
        return `- "${literal(text)}" (${corpus.reviews[review].rating} stars)`;
      });
      const rows = tasks.map((task, i) => {
        const { words, sentence } = rankings[g][i];
        const said = words.split(" ");
        const stated = statementsOf(task.item, said, attributes, opinions)
          .map(({ attribute, opinion }) => `${attribute}: ${opinion}`);
        const named = [...new Set(said.filter((word) => attributes.has(word)))];
        const compared = stated.length > 0 ? [...new Set(stated)] : named;
        const source = sentence === undefined ? undefined : corpus.sentences[sentence];
        const cells = [
          String(i + 1),
          task.item,
          system[i].toFixed(2),
          literal(source?.text ?? words),
          literal(compared.join(", ")),
          source === undefined ? "—" : `\`${source.id}\``,
        ];
        return `| ${cells.join(" | ")} |`;
      });
      sections.push(
        `## User ${user}`,
        `Wrote, among others:\n\n${own.join("\n")}`,
        [
          "| rank | item | stars | explanation | what it compares | source |",
          "| ---: | --- | ---: | --- | --- | --- |",
          ...rows,
        ].join("\n"),
      );
    }
    await Deno.writeTextFile(ctx.outputs["examples.md"], sections.join("\n\n") + "\n");
  },
});

/** Text that Markdown would read as markup, made literal. */
function literal(text: string): string {
  return text.replace(/[\\`|[\]*_<>~#]/g, (sign) => `\\${sign}`);
}
