import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  binaryCrossEntropy,
  copies,
  dense,
  labelWeights,
  softmaxCrossEntropy,
  squaredError,
  vjp,
} from "../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "./backends_under_test.ts";
import { checkGradients, draw } from "./finite_differences.ts";

testOnBackends("dense layers have the gradient of finite differences", async () => {
  tf.engine().startScope();
  const x = tf.variable(draw(5, 4)), W = tf.variable(draw(4, 3)), b = tf.variable(draw(3));
  // Linear in each of its arguments, so central differences are exact up to rounding.
  await checkGradients(() => dense(x, W, b, "linear"), { x, W, b }, 2e-3);
  tf.dispose([x, W, b]);
  tf.engine().endScope();
});

testOnBackends("parallel dense layers on a shared input sum its gradient over the layers", async () => {
  tf.engine().startScope();
  const x = tf.variable(draw(1, 4, 3)), W = tf.variable(draw(2, 3, 2)), b = tf.variable(draw(2, 1, 2));
  await checkGradients(() => dense(x, W, b, "linear"), { x, W, b }, 2e-3);
  tf.dispose([x, W, b]);
  tf.engine().endScope();
});

testOnBackends("the gradient of ReLU passes where the output is positive", async () => {
  const x = tf.tensor2d([[1, -2], [0.5, 3]]), W = tf.tensor2d([[1, 0], [0, 1]]), b = tf.tensor1d([0, 0]);
  const pass = vjp(() => ({ y: dense(x, W, b, "relu") }), [x]);
  const [dx] = pass.pullback({ y: tf.tensor2d([[10, 20], [30, 40]]) });
  assert.deepEqual([...await dx.data()], [10, 0, 30, 40]);
  pass.dispose();
});

testOnBackends(
  "binary cross-entropy has the gradient of finite differences, missing labels have none",
  async () => {
    tf.engine().startScope();
    const z = tf.variable(draw(2, 4));
    const labels = tf.tensor2d([[1, 0, 1, 0], [0, 0, 1, 1]]);
    const mask = Float32Array.from([1, 1, 1, 1, 1, 0, 0, 1]);
    const weights = tf.tensor2d(labelWeights(2, 4, mask), [2, 4]);
    const loss = () => binaryCrossEntropy(z as unknown as tf.Tensor2D, labels, weights);
    await checkGradients(loss, { z }, 5e-3);
    const pass = vjp(() => ({ f: loss() }), [z]);
    const [slope] = pass.pullback({ f: tf.ones([2]) });
    const values = await slope.data();
    assert.equal(Math.abs(values[5]), 0);
    assert.equal(Math.abs(values[6]), 0);
    pass.dispose();
    tf.dispose(z);
    tf.engine().endScope();
  },
);

testOnBackends("binary cross-entropy has the values of its formula, at extreme logits too", async () => {
  const z = [0, 2, -3, 80, -80], y = [1, 0, 1, 1, 1];
  const loss = tf.tidy(() =>
    binaryCrossEntropy(tf.tensor2d(z, [5, 1]), tf.tensor2d(y, [5, 1]), tf.ones([5, 1]) as tf.Tensor2D)
  );
  // ln 2; ln(1 + e^2); 3 + ln(1 + e^-3); e^-80; 80 + e^-80
  assertClose(
    await loss.data(),
    [Math.LN2, Math.log1p(Math.exp(2)), 3 + Math.log1p(Math.exp(-3)), 0, 80],
    1e-6,
  );
  loss.dispose();
});

testOnBackends("squared error has the gradient of finite differences, missing labels have none", async () => {
  tf.engine().startScope();
  const z = tf.variable(draw(2, 4)), targets = draw(2, 4) as tf.Tensor2D;
  const weights = tf.tensor2d(labelWeights(2, 4, Float32Array.of(1, 0, 1, 1, 0, 0, 0, 0)), [2, 4]);
  const loss = () => squaredError(z as unknown as tf.Tensor2D, targets, weights);
  await checkGradients(loss, { z }, 2e-3);
  const pass = vjp(() => ({ loss: loss() }), [z]);
  const [slope] = pass.pullback({ loss: tf.ones([2]) });
  pass.dispose();
  const [values, y, gradient] = [await z.data(), await targets.data(), await slope.data()];
  const mean = [0, 2, 3].reduce((sum, b) => sum + (values[b] - y[b]) ** 2, 0) / 3;
  assertClose(await pass.outputs.loss.data(), [mean, 0], 1e-5);
  assertClose(
    gradient,
    [0, 1, 2, 3].map((b) => b === 1 ? 0 : 2 / 3 * (values[b] - y[b])).concat(0, 0, 0, 0),
    1e-5,
  );
  z.dispose();
  tf.engine().endScope();
});

testOnBackends(
  "softmax cross-entropy has the gradient of finite differences, missing labels have none",
  async () => {
    tf.engine().startScope();
    const z = tf.variable(draw(3, 5)), labels = tf.tensor1d([2, 0, 1, 1, 0]);
    const weights = tf.tensor1d(labelWeights(1, 5, Float32Array.of(1, 1, 0, 1, 1)));
    const loss = () => softmaxCrossEntropy(z as unknown as tf.Tensor2D, labels, weights);
    await checkGradients(loss, { z }, 2e-3);
    const pass = vjp(() => ({ loss: loss() }), [z]);
    const [slope] = pass.pullback({ loss: tf.ones([1]) });
    pass.dispose();
    const gradient = await slope.data();
    assert.ok([2, 7, 12].every((i) => Math.abs(gradient[i]) === 0), "the example without a label");
    z.dispose();
    tf.engine().endScope();
  },
);

testOnBackends("softmax cross-entropy is that of the textbook, and finite for huge logits", async () => {
  const rows = [[1, 2, 3], [0, 0, 0], [1000, 0, -1000], [-1000, 0, 1000]], labels = [0, 1, 0, 0];
  const log = Math.log, expected = [log(Math.exp(0) + Math.exp(1) + Math.exp(2)), log(3), 0, 2000];
  for (const [i, z] of rows.entries()) {
    const loss = softmaxCrossEntropy(tf.tensor2d(z, [3, 1]), tf.tensor1d([labels[i]]), tf.tensor1d([1]));
    const [value] = await loss.data();
    assert.ok(
      Math.abs(value - expected[i]) <= 1e-5 * (1 + expected[i]),
      `${z}: ${value}, expected ${expected[i]}`,
    );
  }
});

Deno.test("label weights count the labelled examples of each task; a task without any weighs nothing", () => {
  const third = Math.fround(1 / 3);
  assert.deepEqual([...labelWeights(1, 4)], [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual([...labelWeights(2, 3, Float32Array.of(1, 1, 1, 0, 0, 0))], [
    third,
    third,
    third,
    0,
    0,
    0,
  ]);
});

testOnBackends(
  "one forward pass serves several backward passes, each equal to TensorFlow.js' own gradient",
  async () => {
    tf.engine().startScope();
    const x = draw(3, 4) as tf.Tensor2D, W = tf.variable(draw(4, 2) as tf.Tensor2D);
    // x reaches y by two ways and the second output only by one.
    const f = () => tf.mul(tf.sigmoid(tf.matMul(x, W)), tf.sum(x));
    const pass = vjp(() => ({ y: f(), squares: tf.square(W) }), [x, W]);
    const dys = [tf.ones([3, 2]), draw(3, 2)];
    for (const dy of dys) {
      const [dx, dW] = pass.pullback({ y: dy });
      const expected = tf.grads((x, W) =>
        tf.mul(tf.sigmoid(tf.matMul(x as tf.Tensor2D, W as tf.Tensor2D)), tf.sum(x))
      )([
        x,
        W,
      ], dy);
      assertClose(await dx.data(), await expected[0].data(), 1e-5, "dx");
      assertClose(await dW.data(), await expected[1].data(), 1e-5, "dW");
    }
    const [dx, dW] = pass.pullback({ squares: tf.ones([4, 2]) });
    assert.ok((await dx.data()).every((value) => value === 0), "no path leads from the squares to x");
    assertClose(await dW.data(), (await W.data()).map((w) => 2 * w), 1e-6, "2 W");
    pass.dispose();
    W.dispose();
    tf.engine().endScope();
  },
);

testOnBackends("a cotangent of another shape is refused by name", () => {
  tf.engine().startScope();
  const x = tf.ones([2, 2]);
  const pass = vjp(() => ({ y: tf.square(x) }), [x]);
  assert.throws(
    () => pass.pullback({ y: tf.ones([3]) }),
    /cotangent of 'y': its shape is \[3\], expected \[2,2\]/,
  );
  pass.dispose();
  tf.engine().endScope();
}, ["cpu"]);

testOnBackends("backward passes free all they made", async () => {
  const x = draw(8, 4) as tf.Tensor2D, W = tf.variable(draw(4, 4) as tf.Tensor2D), b = tf.variable(draw(4));
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) {
    tf.engine().startScope();
    const pass = vjp(() => ({ y: dense(tf.reshape(copies(x, 2), [16, 4]), W, b, "relu") }), [W, b]);
    pass.pullback({ y: tf.ones([16, 4]) });
    pass.pullback({ y: tf.ones([16, 4]) });
    pass.dispose();
    tf.engine().endScope();
    assert.equal(tf.memory().numTensors, before);
  }
  await Promise.resolve();
  tf.dispose([x, W, b]);
});

testOnBackends("copies are M times the same", async () => {
  const x = draw(3, 2), three = copies(x, 3);
  assert.deepEqual(three.shape, [3, 3, 2]);
  const one = [...await x.data()];
  assert.deepEqual([...await three.data()], [...one, ...one, ...one]);
  tf.dispose([x, three]);
});
