import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { attention, layerNorm } from "../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "./backends_under_test.ts";
import { checkGradients, draw, variable } from "./finite_differences.ts";

testOnBackends(
  "attention by hand: a query takes the value of the key that it is near to, of those that it sees",
  async () => {
    tf.engine().startScope();
    // Scores q k / sqrt(4): ln 3 and 0, so weights 3/4 and 1/4.
    const q = tf.tensor3d([[[2 * Math.log(3), 0, 0, 0]]]);
    const k = tf.tensor3d([[[1, 0, 0, 0], [0, 1, 0, 0]]]);
    const v = tf.tensor3d([[[8, 0, 4], [0, 8, 4]]]);
    assertClose(await attention(q, k, v).data(), [6, 2, 4], 1e-5);
    assertClose(await attention(q, k, v, tf.tensor2d([[-1e9, 0]])).data(), [0, 8, 4], 1e-6);
    tf.engine().endScope();
  },
);

testOnBackends("attention has the gradient of finite differences, with a mask and without", async () => {
  tf.engine().startScope();
  const q = variable(2, 3, 4), k = variable(2, 5, 4), v = variable(2, 5, 2);
  const mask = tf.tensor2d([0, 0, -1e9, -1e9, -1e9, ...[0, 0, 0, -1e9, -1e9], ...[0, 0, 0, 0, 0]], [3, 5]);
  await checkGradients(() => attention(q, k, v), { q, k, v }, 5e-3);
  await checkGradients(() => attention(q, k, v, mask), { q, k, v }, 5e-3);
  tf.dispose([q, k, v]);
  tf.engine().endScope();
});

testOnBackends("normalized rows have mean 0 and variance 1 before gain and bias", async () => {
  tf.engine().startScope();
  const x = tf.tensor2d([1, 2, 3, 6, -100, -100, -100, -96], [2, 4]);
  // Mean 3 and variance 3.5; mean -99 and variance 3.
  const [a, b] = [Math.sqrt(3.5), Math.sqrt(3)];
  assertClose(
    await layerNorm(x, tf.ones([4]), tf.zeros([4])).data(),
    [-2 / a, -1 / a, 0, 3 / a, -1 / b, -1 / b, -1 / b, 3 / b],
    1e-4,
  );
  const shifted = await layerNorm(x, tf.tensor1d([1, 2, 0, -1]), tf.tensor1d([0, 1, 5, 0])).data();
  assertClose(shifted.subarray(0, 4), [-2 / a, 1 - 2 / a, 5, -3 / a], 1e-4);
  // A row without any variance becomes the bias, but for the mean's rounding over a variance of 1e-5.
  assertClose(await layerNorm(tf.fill([1, 3], 7), tf.ones([3]), tf.fill([3], 2)).data(), [2, 2, 2], 1e-3);
  tf.engine().endScope();
});

testOnBackends("layer normalization has the gradient of finite differences", async () => {
  tf.engine().startScope();
  const x = variable(5, 4), gain = variable(4), bias = variable(4);
  await checkGradients(() => layerNorm(x, gain, bias), { x, gain, bias }, 5e-3);
  tf.dispose([x, gain, bias]);
  tf.engine().endScope();
});

testOnBackends("shapes that do not fit are named", () => {
  tf.engine().startScope();
  assert.throws(() => attention(draw(2, 3, 4), draw(2, 5, 3), draw(2, 5, 2)), {
    name: "RangeError",
    message: "Cannot attend: k is [2,5,3], expected [2,5,4]",
  });
  assert.throws(
    () => attention(draw(2, 3, 4), draw(2, 5, 4), draw(2, 4, 2)),
    /v is \[2,4,2\], expected \[2,5,2\]/,
  );
  assert.throws(
    () => attention(draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 2), draw(5, 3) as tf.Tensor2D),
    /mask is \[5,3\], expected \[3,5\]/,
  );
  assert.throws(() => layerNorm(draw(2, 3), draw(2), draw(3)), /gain is \[2\], expected \[3\]/);
  tf.engine().endScope();
}, ["cpu"]);
