import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../lib/tensor/mod.ts";
import {
  encoderInput,
  oneHot,
  padSequences,
  type RatedTask,
  SentenceIds,
  specialWords,
  taskBatch,
  vocabularyOf,
  writerInput,
} from "./parts.ts";

/** A sentence of each review; the review's stars. */
const stars = [5, 3, 1, 4];
const corpus = {
  reviews: stars.map((rating, r) => (
    { id: `r${r}`, user: `u${r}`, item: "amp", category: "gear", rating, split: "train" as const }
  )),
  sentences: stars.map((_, review) => ({
    id: `r${review}:0`,
    review,
    text: "good amp",
    words: ["good", "amp"],
  })),
};

const task = (rating: number, candidates: number[], references: number[]): RatedTask => (
  { user: "ann", item: "amp", rating, place: 0.5, candidates, references, targets: [] }
);

Deno.test("tasks are padded to the most candidates and references; -1 and 0 where there is none", () => {
  const { B, C, R, slots, candidateMask, referenceMask } = taskBatch(corpus, [
    task(4, [0, 1, 2], [3]),
    task(2, [3], [1, 0]),
    task(3, [1, 2], []),
  ], undefined);
  assert.deepEqual([B, C, R], [3, 3, 2]);
  assert.deepEqual([...slots.subarray(0, B * C)], [0, 1, 2, ...[3, -1, -1], ...[1, 2, -1]]);
  assert.deepEqual([...slots.subarray(B * C)], [3, -1, ...[1, 0], ...[-1, -1]]);
  assert.deepEqual([...candidateMask], [1, 1, 1, ...[1, 0, 0], ...[1, 1, 0]]);
  assert.deepEqual([...referenceMask], [1, 0, ...[1, 1], ...[1, 0]], "one of nothing where there are none");
});

Deno.test("without any reference in the batch there is still one of nothing, of the difference 0", () => {
  const { R, slots, referenceMask, differences } = taskBatch(corpus, [task(2.5, [0], [])], undefined);
  assert.deepEqual([R, [...slots], [...referenceMask]], [1, [0, -1], [1]]);
  assert.deepEqual([...differences], [0, 0, 0, 0, 1, 0, 0, 0, 0]);
});

/** The rating to argue for, beside a reference of 5 and one of 1 star; shares by whole difference, -4 to 4. */
const differences: [rating: number, to5: Record<number, number>, to1: Record<number, number>][] = [
  [5, { 0: 1 }, { 4: 1 }],
  [1, { [-4]: 1 }, { 0: 1 }],
  [4.25, { [-1]: .75, 0: .25 }, { 3: .75, 4: .25 }],
  [2.5, { [-3]: .5, [-2]: .5 }, { 1: .5, 2: .5 }],
  [0, { [-4]: 1 }, { [-1]: 1 }],
  [9, { 4: 1 }, { 4: 1 }],
];
for (const [rating, to5, to1] of differences) {
  Deno.test(`a rating of ${rating} differs from 5 and 1 stars by shares of the whole differences beside it`, () => {
    const { differences } = taskBatch(corpus, [task(rating, [1], [0, 2])], undefined);
    const expected = [to5, to1].flatMap((shares) => Array.from({ length: 9 }, (_, k) => shares[k - 4] ?? 0));
    assert.deepEqual([...differences], expected);
  });
}

Deno.test("any difference has shares that sum to 1 and whose mean it is", () => {
  fc.assert(fc.property(fc.double({ min: 1, max: 5, noNaN: true }), (rating) => {
    const { differences } = taskBatch(corpus, [task(rating, [0], [3])], undefined);
    const mean = differences.reduce((sum, share, k) => sum + share * (k - 4), 0);
    assert.ok(differences.every((share) => share >= 0 && share <= 1));
    assert.ok(Math.abs(mean - (rating - 4)) < 1e-5, `${mean}`);
  }));
});

Deno.test("a task without candidates is named", () => {
  assert.throws(() => taskBatch(corpus, [task(3, [0], []), task(3, [], [1])], undefined), {
    name: "RangeError",
    message: "Cannot explain 'amp' to 'ann': the task has no candidates, expected at least one",
  });
});

Deno.test("sentences become ids of words, cut to the longest; there is none before the first", () => {
  const ids = new SentenceIds(
    { sentences: [{ id: "", review: 0, text: "", words: ["good", "odd", "7", "amp"] }] },
    vocabularyOf([...specialWords, "amp", "good"]),
    3,
  );
  assert.deepEqual([...ids.of(0)], [6, 4, 3], "unknown, a number, and no more");
  assert.deepEqual([...ids.of(-1)], []);
  assert.deepEqual([...ids.encode(["amp"])], [5]);
});

const sentences = [Int32Array.of(5, 6, 7), Int32Array.of(8), new Int32Array(0)];

Deno.test("sequences stand side by side, a row each step; backwards each from its own end", () => {
  const forward = padSequences(sentences), backward = padSequences(sentences, true);
  assert.deepEqual([forward.L, forward.N, [...forward.lengths]], [3, 3, [3, 1, 0]]);
  assert.deepEqual([...forward.ids], [5, 8, 0, ...[6, 0, 0], ...[7, 0, 0]]);
  assert.deepEqual([...backward.ids], [7, 8, 0, ...[6, 0, 0], ...[5, 0, 0]]);
  assert.deepEqual([...encoderInput(sentences).ids], [...forward.ids, ...backward.ids]);
  assert.equal(padSequences([new Int32Array(0)]).L, 1, "never without a row");
});

Deno.test("the writer reads from the start mark, is taught up to the end mark, and reads nothing of weight 0", () => {
  const { ids, labels, weights, L, N, lengths } = writerInput(sentences, [.5, -2, 1]);
  assert.deepEqual([L, N, [...lengths]], [4, 3, [4, 2, 1]]);
  assert.deepEqual([...ids], [1, 1, 1, ...[5, 8, 0], ...[6, 0, 0], ...[7, 0, 0]]);
  assert.deepEqual([...labels], [5, 8, 2, ...[6, 2, 0], ...[7, 0, 0], ...[2, 0, 0]]);
  assert.deepEqual([...weights], [.5, -2, 1, ...[.5, -2, 0], ...[.5, 0, 0], ...[.5, 0, 0]]);
  const unread = writerInput(sentences, [0, 1, 0]);
  assert.deepEqual([unread.L, [...unread.lengths]], [2, [0, 2, 0]]);
  assert.deepEqual([...unread.weights], [0, 1, 0, ...[0, 1, 0]]);
});

Deno.test("choices are ones at their places", async () => {
  await useBackend("cpu");
  const choice = oneHot([[2, 0], [1, 1]], 3);
  assert.deepEqual(choice.shape, [2, 2, 3]);
  assert.deepEqual([...await choice.data()], [0, 0, 1, ...[1, 0, 0], ...[0, 1, 0], ...[0, 1, 0]]);
  tf.dispose(choice);
});
