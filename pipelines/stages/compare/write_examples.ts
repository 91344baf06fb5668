import * as v from "valibot";
import {
  commonCasing,
  type Corpus,
  type ExplanationTask,
  indexStatements,
  readable,
  readCorpus,
  type ReviewStatements,
  sourcesOf,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type Explanation, type Explanations, readJson, type SystemRankings, wordsIn } from "./files.ts";

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
    const show = createShower(corpus, indexStatements(corpus));
    // Users whose items differ, so that there is something to explain, with sentences of their own to compare with.
    const shown = groups.map((group, g) => ({ ...group, explanations: rankings[g] }))
      .filter(({ system, tasks }) => system[0] - system.at(-1)! >= 0.5 && tasks[0].references.length >= 3)
      .slice(0, users);
    const someRewritten = shown.some(({ explanations }) =>
      explanations.some((explanation) => isRewritten(corpus, explanation))
    );
    const sections = [
      `# Explained rankings: ${dataset}`,
      `Ranked by ${system}; explained by ${method}. ${
        someRewritten ? written : extracted
      } Attributes that the user's own ` +
      "sentences name are bold.",
      ...preamble,
      ...shown.flatMap(({ user, tasks, system, explanations }) => [
        `## User ${user}`,
        `Wrote, among others:\n\n${ownWords(corpus, tasks.flatMap(({ references }) => references))}`,
        "The system's ranking, explained:",
        tasks.map((task, i) =>
          `${i + 1}. ${task.item}, ${system[i].toFixed(2)} stars: ${show(task, explanations[i])}`
        ).join("\n"),
      ]),
    ];
    await Deno.writeTextFile(ctx.outputs["examples.md"], sections.join("\n\n") + "\n");
  },
});

const extracted = "Every sentence is somebody's own, from the review named beside it.";
const written =
  "Sentences were written by a model. Below each stands the sentence that it refined, if it did, and for what it " +
  "states a sentence of a real review of the item that states the same.";

/** Whether the words are no sentence of a review. */
function isRewritten({ sentences }: Corpus, { words, sentence }: Explanation): boolean {
  return sentence === undefined || sentences[sentence].words.join(" ") !== words;
}

/** Makes what writes an explanation and what there is to say about it: lines of a list item. */
function createShower(corpus: Corpus, statements: ReviewStatements) {
  const { sentences } = corpus;
  const casing = commonCasing(sentences.map(({ text }) => text));
  const placeOf = new Map(sentences.map(({ id }, s) => [id, s]));
  const quoted = (s: number) => `"${literal(sentences[s].text)}" (\`${sentences[s].id}\`)`;
  return ({ item, references }: ExplanationTask, explanation: Explanation): string => {
    const words = wordsIn(explanation.words);
    const source = explanation.sentence, rewritten = isRewritten(corpus, explanation);
    const own = new Set(references.flatMap((s) => sentences[s].words));
    const attribute = (word: string) => own.has(word) ? `**${literal(word)}**` : literal(word);
    const claims = new Map(
      sourcesOf(item, words, statements).map(({ attribute, opinion, sources: [first] }) => [
        JSON.stringify([attribute, opinion]),
        { attribute, opinion, source: first },
      ]),
    );
    const named = [...new Set(words.filter((word) => statements.attributes.has(word)))];
    const judged = [...claims.values()].map(({ attribute: word, opinion, source }) => {
      const claim = `${attribute(word)}: ${literal(opinion)}`;
      if (!rewritten) return claim;
      return source === undefined
        ? `${claim}, which no review of the item says`
        : `${claim}, as in ${quoted(placeOf.get(source)!)}`;
    });
    const unjudged = named.filter((word) =>
      ![...claims.values()].some(({ attribute }) => attribute === word)
    );
    return [
      rewritten ? `"${literal(readable(words, casing))}"` : quoted(source!),
      ...rewritten && source !== undefined ? [`refined from ${quoted(source)}`] : [],
      ...judged,
      ...unjudged.length === 0 ? [] : [`names ${unjudged.map(attribute).join(", ")}`],
    ].join("\n   - ");
  };
}

/** Three sentences of the user, each once. */
function ownWords({ sentences, reviews }: Corpus, references: readonly number[]): string {
  return [...new Set(references)].slice(0, 3)
    .map((s) => `- "${literal(sentences[s].text)}" (${reviews[sentences[s].review].rating} stars)`).join(
      "\n",
    );
}

/** Text that Markdown would read as markup, made literal. */
function literal(text: string): string {
  return text.replace(/[\\`|[\]*_<>~#]/g, (sign) => `\\${sign}`);
}
