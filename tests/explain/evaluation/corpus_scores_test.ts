import assert from "node:assert/strict";
import { createCorpusScorer, indexStatements } from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";
import { tinyCorpus } from "./tiny_corpus.ts";

const words = (text: string) => text.split(" ");

const reviews = indexStatements(tinyCorpus([
  { item: "a", split: "train", text: "the tone is warm" },
  { item: "a", split: "test", text: "a long neck" },
  { item: "b", split: "train", text: "a long neck" },
]));
const tasks = {
  items: ["a", "b", "a"],
  targets: [["the tone is warm"], ["price is fair", "the neck and price"], ["neck is long"]]
    .map((sentences) => sentences.map(words)),
  idf: new Map([["warm", 2]]),
  reviews,
};

Deno.test("metrics of all explanations together, by hand", () => {
  const outputs = ["warm tone and long neck", "warm tone", "warm tone"].map(words);
  const expected: Record<string, number> = {
    // Named: tone neck, tone, tone; wanted: tone, price neck, neck; one hit.
    "feature-precision": 1 / 4,
    "feature-recall": 1 / 4,
    // Most named in the targets: tone, price, neck.
    "fmr": 1 / 3,
    "fcr": 2 / 3,
    "div": 1,
    "usr": 2 / 3,
    "distinct-1": 5 / 9,
    "distinct-2": 4 / 6,
    // The first: 2 of 5 words, 1 of 4 pairs, none of 3 and 2; the others: all words and pairs, none of (at least) 1 and 1.
    "self-bleu": 100 / 3 * ((2 / 5 * 1 / 4 * .1 / 3 * .1 / 2) ** (1 / 4) + 2 * (.1 * .1) ** (1 / 4)),
    "rep-l": 0,
    "seq-rep-2": 0,
    "average-length": 3,
    "mean-idf": (3 * 2 + 6 * 1) / 9,
    "statements": 4 / 3,
    // Item a: the tone is warm, in two outputs; its long neck is of a test review, and b's warm tone of nobody.
    "support": 2 / 4,
  };
  const scores = createCorpusScorer(tasks)(outputs);
  assert.deepEqual(Object.keys(scores), Object.keys(expected));
  for (const [name, value] of Object.entries(scores)) close(value, expected[name], 1e-10, name);
});

Deno.test("where nothing is stated there is no support, and silence is scored", () => {
  const scores = createCorpusScorer(tasks)([["a", "tone", "a"], [], ["it"]]);
  assert.ok(!("support" in scores));
  assert.equal(scores["statements"], 0);
  close(scores["average-length"], 4 / 3);
  close(scores["rep-l"], 1 / 4);
});
