import assert from "node:assert/strict";
import { createOverlapScorer, overlapMetrics } from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";

const words = (text: string) => text.split(" ").filter((word) => word !== "");

// The worked example of the design notes on the paper.
const idf = new Map(Object.entries({
  ...{ the: 1.2, room: 1.5, was: 1.3, clean: 2.0, and: 1.25, spacious: 3.1, staff: 1.9, friendly: 2.2 },
  ...{ a: 1.1, great: 1.8, view: 2.4, of: 1.4, harbour: 3.6, very: 1.7, bed: 2.1, comfortable: 2.3 },
}));
const references = [
  "the room was clean and spacious",
  "great view of the harbour",
  "the staff was very friendly",
].map(words);

Deno.test("overlap with the user's own sentences, by hand", () => {
  const hypothesis = "the room was very clean";
  const scorer = createOverlapScorer(idf, [references, [words(hypothesis)], references]);
  const scores = scorer.score([words(hypothesis), words("unheard of"), []]);
  const expected: Record<string, number> = {
    "idf-bleu-1": .7791379993,
    "idf-bleu-2": .6525682103,
    "idf-bleu-4": .2118808456,
    // All 5 words match, 3 of 4 pairs, 1 of 3 triples, none of 2 quadruples (0.1 for none); as long as the closest.
    "bleu-1": 1,
    "bleu-2": Math.sqrt(3 / 4),
    "bleu-4": (3 / 4 * 1 / 3 * .1 / 2) ** (1 / 4),
    // Best with the first reference, of 6 words: 4 words, 2 pairs and 4 words in order.
    "rouge-1": 2 * 4 / (5 + 6),
    "rouge-2": 2 * 2 / (4 + 5),
    "rouge-l": 2 * 4 / (5 + 6),
  };
  assert.deepEqual([...scores.keys()], Object.keys(expected));
  for (const [name, each] of scores) {
    close(each[0], 100 * expected[name], 1e-8, name);
    assert.deepEqual([...each.slice(1)], [0, 0], `${name}: nothing in common, and nothing said`);
  }
});

Deno.test("what was scored before changes nothing, new words neither", () => {
  const texts = ["the bed was great", "brand new words", "the room"].map(words);
  const targets = texts.map(() => references);
  const scorer = createOverlapScorer(idf, targets);
  const first = scorer.score(texts);
  scorer.score(["unknown ones and others", "the staff", ""].map(words));
  assert.deepEqual(scorer.score(texts), first);
  assert.deepEqual(createOverlapScorer(idf, targets).score(texts), first);
});

Deno.test("metrics are named as they are scored, each with its signature", () => {
  const scorer = createOverlapScorer(idf, [references]);
  assert.deepEqual(scorer.metrics, overlapMetrics(idf));
  assert.deepEqual(scorer.metrics.map(({ name }) => name), [...scorer.score([words("a")]).keys()]);
  assert.equal(
    scorer.metrics[2].signature,
    "IDF-BLEU|words:given|idf:16-words|order:4|alpha:1|beta:1|ref:mean|v1|x100",
  );
  assert.equal(new Set(scorer.metrics.slice(0, 6).map(({ signature }) => signature)).size, 6);
  assert.throws(() => scorer.score([]), {
    name: "RangeError",
    message: "Cannot score explanations: there are 0, expected 1, one for each set of references",
  });
});
