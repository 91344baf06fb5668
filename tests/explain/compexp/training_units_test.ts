import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../../lib/random/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import {
  drawUnit,
  sentenceBatches,
  taught,
  taughtPlaces,
  type TrainingUnit,
  trainingUnits,
  unitBatches,
} from "./parts.ts";
import { drawnModel, tinyWorld } from "./tiny_world.ts";

const corpus = tinyWorld();
const units = trainingUnits(corpus, 1);
const { reviews, sentences } = corpus;
const reviewOf = (sentence: number) => reviews[sentences[sentence].review];

Deno.test("each training review with two candidates is a unit that argues for its own rating", () => {
  assert.equal(units.length, reviews.filter(({ split }) => split === "train").length);
  for (const { user, item, review, rating, place, candidates, references, targets, pairs } of units) {
    assert.equal(rating, reviews[review!].rating);
    // Half of the ratings are 5, so that these have the places from a half up.
    assert.equal(place > .5, rating === 5, `${place}`);
    assert.ok(candidates.length > 1);
    for (const s of candidates) {
      assert.ok(reviewOf(s).split === "train" && reviewOf(s).item === item && reviewOf(s).user !== user);
    }
    for (const s of references) {
      assert.ok(reviewOf(s).split === "train" && reviewOf(s).item !== item && reviewOf(s).user === user);
    }
    assert.ok(targets.every((s) => sentences[s].review === review));
    for (const [prototype, target] of pairs) {
      assert.ok(targets.includes(target) && reviewOf(prototype).item === item);
      assert.notEqual(reviewOf(prototype).user, user, "nobody's own words are its prototype");
    }
  }
  assert.ok(units.some(({ pairs }) => pairs.length > 0) && units.some(({ pairs }) => pairs.length === 0));
});

Deno.test("a review whose item has one other sentence is no unit; a corpus without training has none", () => {
  const few = {
    ...corpus,
    sentences: sentences.filter((s, i) => reviewOf(i).item !== "horn" || s.review < 4),
  };
  const items = new Set(trainingUnits({ ...few, rewritePairs: [] }, 1).map(({ item }) => item));
  assert.deepEqual([...items].sort(), ["amp", "cable", "drum"]);
  const test = reviews.map((review) => ({ ...review, split: "test" as const }));
  assert.deepEqual(trainingUnits({ ...corpus, reviews: test }, 1), []);
});

/** Five candidates and three references; sentence 4 may be rewritten to 9. */
const unit: TrainingUnit = {
  ...{ user: "ann", item: "amp", review: 3, rating: 4, place: .6 },
  ...{ candidates: [4, 5, 6, 7, 8], references: [20, 21, 22], targets: [9, 10], pairs: [[4, 9]] },
};

const draws: [
  name: string,
  unit: TrainingUnit,
  asked: { candidates: number; references: number; rewrites: number; keep: number },
  expected: {
    candidates: number;
    rewrites: (readonly [candidate: number, target: number | "itself", weight: number])[];
  },
][] = [
  [
    "the pair first, then candidates again",
    unit,
    { candidates: 3, references: 2, rewrites: 3, keep: .3 },
    { candidates: 3, rewrites: [[0, 9, 1], [1, "itself", .3], [2, "itself", .3]] },
  ],
  [
    "the pair alone, as in the paper",
    unit,
    { candidates: 5, references: 9, rewrites: 1, keep: 0 },
    { candidates: 5, rewrites: [[0, 9, 1]] },
  ],
  [
    "a prototype that is none of the task's candidates becomes one",
    { ...unit, pairs: [[15, 9]] },
    { candidates: 6, references: 1, rewrites: 1, keep: .3 },
    { candidates: 6, rewrites: [[0, 9, 1]] },
  ],
  [
    "without a pair candidates alone",
    { ...unit, pairs: [] },
    { candidates: 2, references: 3, rewrites: 2, keep: .5 },
    { candidates: 2, rewrites: [[0, "itself", .5], [1, "itself", .5]] },
  ],
  [
    "more to rewrite than there are: the last again, of no weight",
    { ...unit, candidates: [4, 5], pairs: [], references: [] },
    { candidates: 9, references: 9, rewrites: 4, keep: 1 },
    { candidates: 2, rewrites: [[0, "itself", 1], [1, "itself", 1], [1, "itself", 0], [1, "itself", 0]] },
  ],
  [
    "a pair and no room for others",
    unit,
    { candidates: 1, references: 1, rewrites: 2, keep: .3 },
    { candidates: 1, rewrites: [[0, 9, 1], [0, "itself", 0]] },
  ],
];
for (const [name, unit, asked, expected] of draws) {
  Deno.test(`a unit's draw: ${name}`, () => {
    const before = structuredClone(unit);
    for (const seed of [1, 2, 3]) {
      const drawn = drawUnit(unit, asked, createRandom(seed));
      assert.equal(drawn.candidates.length, expected.candidates);
      assert.equal(new Set(drawn.candidates).size, expected.candidates, "each once");
      assert.equal(drawn.paired, unit.pairs.length > 0);
      if (drawn.paired) assert.equal(drawn.candidates[0], unit.pairs[0][0]);
      assert.equal(drawn.references.length, Math.min(asked.references, unit.references.length));
      assert.ok(drawn.references.every((s) => unit.references.includes(s)));
      assert.deepEqual(
        drawn.rewrites,
        expected.rewrites.map(([candidate, target, weight]) => ({
          ...{ candidate, weight },
          target: target === "itself" ? drawn.candidates[candidate] : target,
        })),
      );
      assert.deepEqual([drawn.rating, drawn.place, drawn.targets], [4, .6, [9, 10]]);
    }
    assert.deepEqual(unit, before, "the unit itself stays");
  });
}

Deno.test("every pair and every candidate comes up", () => {
  const random = createRandom(4), pairs = [[4, 9], [5, 9], [4, 10]] as const;
  const seen = new Set<number>(), candidates = new Set<number>();
  for (let i = 0; i < 60; i++) {
    const drawn = drawUnit(
      { ...unit, pairs },
      { candidates: 2, references: 1, rewrites: 1, keep: 0 },
      random,
    );
    seen.add(pairs.findIndex(([p, t]) => p === drawn.candidates[0] && t === drawn.rewrites[0].target));
    candidates.add(drawn.candidates[1]);
  }
  assert.deepEqual([...seen].sort(), [0, 1, 2]);
  assert.deepEqual([...candidates].sort(), [4, 5, 6, 7, 8]);
});

Deno.test("batches hold every unit once; the same draws give the same", () => {
  const asked = { candidates: 3, references: 2, rewrites: 2, keep: .3 };
  fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (size, seed) => {
    const batches = [...unitBatches(units, units.length, size, asked, createRandom(seed))];
    assert.equal(batches.length, Math.ceil(units.length / size));
    assert.ok(batches.slice(0, -1).every(({ length }) => length === size));
    const all = batches.flat().map(({ review }) => review!).sort((a, b) => a - b);
    assert.deepEqual(all, units.map(({ review }) => review));
    assert.deepEqual([...unitBatches(units, units.length, size, asked, createRandom(seed))], batches);
  }));
  assert.deepEqual([...unitBatches([], 9, 3, asked, createRandom(1))], []);
  const few = [...unitBatches(units, 2, 1, asked, createRandom(1))].flat();
  assert.equal(new Set(few.map(({ review }) => review)).size, 2);
});

Deno.test("what is taught: ids of the targets, where they start, and weights that share a sum over words", async () => {
  await useBackend("cpu");
  const { ids, parameters } = await drawnModel(corpus);
  const drawn = [
    {
      ...unit,
      paired: true,
      rewrites: [{ candidate: 0, target: 0, weight: 1 }, { candidate: 2, target: 1, weight: .5 }],
    },
    {
      ...unit,
      paired: false,
      rewrites: [{ candidate: 1, target: 2, weight: .5 }, { candidate: 1, target: 2, weight: 0 }],
    },
  ];
  const [taughtIds, weights] = taught(ids, drawn, 3);
  assert.deepEqual(taughtPlaces(drawn), [[0, 2], [1, 1]]);
  assert.deepEqual(taughtIds, [0, 1, 2, 2].map((s) => ids.of(s)));
  const words = [0, 1, 2].map((s) => sentences[s].words.length + 1);
  const sum = words[0] + .5 * words[1] + .5 * words[2];
  assert.deepEqual(weights, [3 / sum, 1.5 / sum, 1.5 / sum, 0]);
  assert.deepEqual(taught(ids, [], 3), [[], []]);
  parameters.all.dispose();
});

Deno.test("the warm-up reads every training sentence once, those of a batch of lengths next to one another", async () => {
  await useBackend("cpu");
  const model = await drawnModel(corpus);
  const training = [...sentences.keys()].filter((s) => reviewOf(s).split === "train");
  const batches = [...sentenceBatches(model, 5, createRandom(2))];
  assert.deepEqual(batches.flat().sort((a, b) => a - b), training);
  const ranges = batches.map((batch) => batch.map((s) => sentences[s].words.length))
    .map((lengths) => [Math.min(...lengths), Math.max(...lengths)]).sort(([a, b], [c, d]) => a - c || b - d);
  ranges.slice(1).forEach(([least], i) => assert.ok(ranges[i][1] <= least));
  assert.deepEqual([...sentenceBatches(model, 5, createRandom(2))], batches);
  assert.notDeepEqual([...sentenceBatches(model, 5, createRandom(3))], batches);
  model.parameters.all.dispose();
});
