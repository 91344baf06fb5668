import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../../lib/random/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import { checkGradients, draw } from "../../tensor/finite_differences.ts";
import { batchesOfSimilarLength, ratingLoss, sentenceBatch, starWeights, wordBagLoss } from "./parts.ts";

const example = (user: number, ...words: number[]) => ({
  user,
  item: 10 + user,
  rating: user,
  words: Int32Array.from(words),
});

Deno.test("a batch is read from the start mark and foretold up to the end mark, a row each step", () => {
  const batch = sentenceBatch([example(1, 5, 6), example(2), example(3, 7)]);
  assert.deepEqual([batch.steps, batch.words], [3, 6]);
  assert.deepEqual([...batch.lengths], [3, 1, 2]);
  assert.deepEqual([...batch.inputs], [1, 1, 1, ...[5, 0, 7], ...[6, 0, 0]]);
  assert.deepEqual([...batch.labels], [5, 2, 7, ...[6, 0, 2], ...[2, 0, 0]]);
  assert.deepEqual([...batch.weights], [1, 1, 1, ...[1, 0, 1], ...[1, 0, 0]]);
  assert.deepEqual([[...batch.users], [...batch.items], [...batch.ratings]], [[1, 2, 3], [11, 12, 13], [
    1,
    2,
    3,
  ]]);
});

Deno.test("batches hold every example once, of lengths that are next to one another; draws change who meets whom", () => {
  const lengths = fc.array(fc.nat(6), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 7 }), fc.nat(), (lengths, size, seed) => {
    const examples = lengths.map((length, i) => example(i, ...new Array<number>(length).fill(5)));
    const batches = [...batchesOfSimilarLength(examples, size, createRandom(seed))];
    assert.equal(batches.length, Math.ceil(examples.length / size));
    assert.deepEqual(batches.flatMap(({ users }) => [...users]).sort((a, b) => a - b), [...lengths.keys()]);
    const ranges = batches.map(({ lengths }) => [Math.min(...lengths), Math.max(...lengths)])
      .sort(([a, b], [c, d]) => a - c || b - d);
    ranges.slice(1).forEach(([least], i) => assert.ok(ranges[i][1] <= least));
    assert.deepEqual([...batchesOfSimilarLength(examples, size, createRandom(seed))], batches);
  }));
  const examples = Array.from({ length: 40 }, (_, i) => example(i, 5, 6));
  const users = (seed: number) =>
    [...batchesOfSimilarLength(examples, 8, createRandom(seed))].map(({ users }) => users);
  assert.notDeepEqual(users(1), users(2));
  const plain = [...batchesOfSimilarLength([example(1, 5, 6), example(2, 5)], 1)].map(({ users }) =>
    users[0]
  );
  assert.deepEqual(plain, [2, 1], "without draws by length");
});

testOnBackends("a rating between two stars weighs both", async () => {
  const weights = starWeights(Float32Array.of(1, 4.25, 5, 0, 7, 3));
  assertClose(await weights.data(), [
    ...[1, 0, 0, 0, 0],
    ...[0, 0, 0, 0.75, 0.25],
    ...[0, 0, 0, 0, 1],
    ...[1, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 1],
    ...[0, 0, 1, 0, 0],
  ], 1e-6);
  weights.dispose();
});

testOnBackends("the error of ratings is squared and averaged", async () => {
  const loss = tf.tidy(() => ratingLoss(tf.tensor2d([3, 5], [2, 1]), Float32Array.of(4, 2)));
  assertClose(await loss.data(), [5], 1e-6);
  loss.dispose();
});

testOnBackends("the bag of words by hand, and its gradient of finite differences", async () => {
  tf.engine().startScope();
  const batch = sentenceBatch([example(1, 5, 5, 3), example(2)]);
  const x = tf.variable(draw(2, 3)), W = tf.variable(draw(3, 7)), b = tf.variable(draw(7));
  const logits = await tf.add(tf.matMul(x as tf.Tensor as tf.Tensor2D, W as tf.Tensor as tf.Tensor2D), b)
    .data();
  const logP = (row: number, word: number) => {
    const own = [...logits.subarray(7 * row, 7 * row + 7)];
    return own[word] - Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0));
  };
  // Words 5, 5, 3 and the end mark 2 of the first, the end mark alone of the second.
  const expected = -(2 * logP(0, 5) + logP(0, 3) + logP(0, 2)) / 8 - logP(1, 2) / 2;
  assertClose(await wordBagLoss(x, { W, b }, batch).data(), [expected], 1e-5);
  await checkGradients(() => wordBagLoss(x, { W, b }, batch), { x, W, b }, 5e-3);
  tf.dispose([x, W, b]);
  tf.engine().endScope();
});
