import assert from "node:assert/strict";
import {
  buildCorpus,
  fitRatingBiases,
  fitTextReader,
  makeRankings,
  readRating,
  recoverRankings,
  tuneRatingBiases,
} from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";

const rated = (user: string, item: string, rating: number) => ({ user, item, rating });

Deno.test("rating biases by hand, shrunk, and within the stars", () => {
  // Mean 3; x: (2 + 0) / (1 + 2), y: -2 / (1 + 1); then a: (2 - 2/3 + -2 + 1) / (1 + 2), b: (0 - 2/3) / (1 + 1).
  const { predict } = fitRatingBiases([rated("a", "x", 5), rated("b", "x", 3), rated("a", "y", 1)], 1);
  close(predict("a", "x"), 3 + 2 / 3 + 1 / 9);
  close(predict("b", "y"), 3 - 1 - 1 / 3);
  close(predict("nobody", "nothing"), 3);
  const sure = fitRatingBiases([rated("a", "x", 5), rated("b", "y", 1), rated("a", "z", 5)], 0);
  assert.equal(sure.predict("a", "x"), 5);
  assert.throws(() => fitRatingBiases([], 1), {
    message: "Cannot fit rating biases: there are no ratings, expected at least one",
  });
});

Deno.test("the shrinkage that predicts validation best is taken", () => {
  const training = [rated("a", "x", 5), rated("b", "x", 5), rated("a", "y", 1), rated("b", "y", 1)];
  assert.equal(tuneRatingBiases(training, [rated("a", "x", 5)], [0, 30]).shrinkage, 0);
  assert.equal(tuneRatingBiases(training, [rated("a", "x", 3)], [0, 30]).shrinkage, 30);
});

Deno.test("a reader learns which words stand over which rating, and knows nothing of others", () => {
  const idf = new Map([["good", 1.5], ["bad", 1.5], ["pedal", 1.2]]);
  const texts = Array.from(
    { length: 12 },
    (_, i) => i % 2 === 0 ? { words: ["good", "pedal"], rating: 5 } : { words: ["bad", "pedal"], rating: 1 },
  );
  const reader = fitTextReader(texts, idf, 0.01);
  assert.equal(reader.mean, 3);
  assert.ok(readRating(reader, ["good"], idf) > 4 && readRating(reader, ["bad"], idf) < 2);
  close(readRating(reader, ["unheard"], idf), 3);
  const shy = fitTextReader(texts, idf, 1e6);
  close(readRating(shy, ["good"], idf), 3, 1e-3);
});

Deno.test("recovered rankings come with the share of each group; a tied system is not judged", () => {
  const { kendallTau, pairwiseAccuracy, tauOfEach, accuracyOfEach } = recoverRankings([
    { system: [3, 2, 1], recovered: [9, 5, 1] },
    { system: [2, 2], recovered: [1, 2] },
    { system: [3, 2, 1], recovered: [1, 5, 9] },
  ]);
  assert.deepEqual([...tauOfEach], [1, -1]);
  assert.deepEqual([...accuracyOfEach], [1, 0]);
  assert.deepEqual([kendallTau, pairwiseAccuracy], [0, 0.5]);
});

Deno.test("rankings: the user's test items and others never reviewed, the system's best first, no item twice", () => {
  const users = ["a", "b", "c"], items = ["u", "v", "w", "x", "y"];
  const corpus = buildCorpus(
    users.flatMap((user, k) =>
      items.slice(0, 3 + k % 2).map((item, i) => ({
        ...{ id: `${user}/${item}`, user, item, category: "all", rating: 4 },
        split: i === 0 && user === "a" ? "test" as const : "train" as const,
        sentences: [`The tone of ${item} is what ${user} likes.`],
      }))
    ),
    new Set(["tone"]),
  );
  const system = { predict: (_: string, item: string) => items.indexOf(item) };
  const rankings = makeRankings(corpus, system, { items: 2, seed: 1 });
  assert.ok(rankings.length > 0);
  for (const { user, tasks, system } of rankings) {
    const named = tasks.map(({ item }) => item);
    assert.equal(new Set(named).size, named.length);
    assert.deepEqual(system, named.map((item) => items.indexOf(item)));
    assert.deepEqual(system, system.toSorted((a, b) => b - a));
    for (const { candidates } of tasks) {
      for (const s of candidates) assert.notEqual(corpus.reviews[corpus.sentences[s].review].user, user);
    }
    if (user === "a") assert.ok(named.includes("u"), "the held-out item is ranked");
  }
  assert.deepEqual(makeRankings(corpus, system, { items: 2, seed: 1 }), rankings);
});
