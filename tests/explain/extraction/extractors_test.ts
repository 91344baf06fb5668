import assert from "node:assert/strict";
import {
  bestOf,
  createExtractor,
  type ExtractorName,
  extractorNames,
  rankAmong,
} from "../../../lib/explain/mod.ts";

const words = (text: string) => text.split(" ");

const input = {
  user: "u",
  item: "i",
  candidates: ["the tone is warm", "warm tone and low price", "a neck that is wide and long", "cheap"].map(
    words,
  ),
  references: ["i like a long neck", "a wide neck"].map(words),
  targets: ["a warm tone", "low price"].map(words),
};
const resources = {
  idf: new Map(
    Object.entries({ the: 1, is: 1, a: 1, and: 1, tone: 2, warm: 2, price: 2.5, low: 2, neck: 3, wide: 3 }),
  ),
  attributes: new Set(["tone", "price", "neck"]),
  seed: 1,
};

Deno.test("each extractor takes what its rule says", () => {
  const chosen: Partial<Record<ExtractorName, number>> = {
    longest: 2, // Seven words.
    popular: 0, // Two candidates name the tone, one of them with a rarer price.
    nearest: 2, // Neck, wide and long are the user's own words.
    centroid: 0, // The, tone, is, warm: what others say too.
    oracle: 1,
  };
  for (const [name, best] of Object.entries(chosen)) {
    const scores = createExtractor(name as ExtractorName, resources)(input);
    assert.equal(scores.length, 4, name);
    assert.equal(bestOf(scores), best, `${name}: ${scores}`);
  }
});

Deno.test("every extractor gives finite scores, the same again, also without references or targets", () => {
  for (const name of extractorNames) {
    for (
      const given of [input, { ...input, references: [], targets: [] }, { ...input, candidates: [["x"]] }]
    ) {
      const scores = createExtractor(name, resources)(given);
      assert.ok(scores.every(Number.isFinite), `${name}: ${scores}`);
      assert.deepEqual(createExtractor(name, resources)(given), scores, name);
    }
  }
});

Deno.test("only the random choice depends on the seed", () => {
  for (const name of extractorNames) {
    const seeds = Array.from(
      { length: 20 },
      (_, seed) => createExtractor(name, { ...resources, seed })(input).join(),
    );
    assert.equal(new Set(seeds).size > 1, name === "random", name);
  }
});

Deno.test("of equal scores the first is the best, and they share their middle rank", () => {
  assert.equal(bestOf([1, 3, 3, 2]), 1);
  assert.deepEqual([0, 1, 2, 3].map((i) => rankAmong([1, 3, 3, 2], i)), [4, 1.5, 1.5, 3]);
});

Deno.test("an unknown extractor is named with what would do", () => {
  assert.throws(() => createExtractor("centroids" as ExtractorName, resources), {
    name: "RangeError",
    message: "Cannot create extractor 'centroids': it is unknown, expected 'centroid'",
  });
});
