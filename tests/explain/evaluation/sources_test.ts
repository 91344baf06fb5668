import assert from "node:assert/strict";
import { indexStatements, sourcesOf } from "../../../lib/explain/mod.ts";
import { tinyCorpus } from "./tiny_corpus.ts";

const statements = indexStatements(tinyCorpus([
  { item: "a", split: "train", text: "the tone is warm" },
  { item: "a", split: "train", text: "warm tone and a long neck" },
  { item: "a", split: "test", text: "price is fair" },
  { item: "b", split: "train", text: "price is fair" },
]));

Deno.test("every statement comes with the training sentences of the item that state the same", () => {
  const cases: [why: string, item: string, text: string, sources: Record<string, string[]>][] = [
    ["two reviews say so", "a", "a warm tone", { "tone: warm": ["r0:0", "r1:0"] }],
    ["one does", "a", "warm tone on a long neck", { "tone: warm": ["r0:0", "r1:0"], "neck: long": ["r1:0"] }],
    ["the test review may not be read", "a", "the price is fair", { "price: fair": [] }],
    ["another item's says nothing of this one", "b", "a warm tone", { "tone: warm": [] }],
    ["of an unknown item nobody says anything", "c", "a fair price", { "price: fair": [] }],
    ["nothing is stated", "a", "a tone", {}],
    ["nothing is said", "a", "", {}],
  ];
  for (const [why, item, text, expected] of cases) {
    const claims = sourcesOf(item, text.split(" "), statements);
    assert.ok(claims.every((claim) => claim.item === item));
    assert.deepEqual(
      Object.fromEntries(
        claims.map(({ attribute, opinion, sources }) => [`${attribute}: ${opinion}`, [...sources]]),
      ),
      expected,
      why,
    );
  }
});
