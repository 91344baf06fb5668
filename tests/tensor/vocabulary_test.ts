import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  updateVariable,
  useBackend,
  vjp,
  vocabularyArgmax,
  vocabularyCrossEntropy,
  vocabularyLogProbabilities,
} from "../../lib/tensor/mod.ts";
import { assertClose, besideCpu, testOnBackends } from "./backends_under_test.ts";
import { checkGradients, draw, variable, wave } from "./finite_differences.ts";

/** The loss and its gradients by h, W and b. */
async function lossAndGradients(
  inputs: readonly [tf.Tensor, tf.Tensor, tf.Tensor],
  labels: Int32Array,
  weights: Float32Array,
) {
  const pass = vjp(() => ({ loss: vocabularyCrossEntropy(...inputs, labels, weights) }), inputs);
  const [dh, dW, db] = pass.pullback({ loss: tf.scalar(1) });
  pass.dispose();
  const [loss] = await pass.outputs.loss.data();
  return { loss, dh: await dh.data(), dW: await dW.data(), db: await db.data() };
}

testOnBackends("the cross-entropy of words has the gradient of finite differences", async () => {
  tf.engine().startScope();
  const h = variable(4, 3), W = variable(3, 5), b = variable(5);
  const labels = Int32Array.of(0, 4, 99, 2), weights = Float32Array.of(1, 0.5, 0, -2);
  await checkGradients(() => vocabularyCrossEntropy(h, W, b, labels, weights), { h, W, b }, 5e-3);
  tf.dispose([h, W, b]);
  tf.engine().endScope();
});

testOnBackends("loss, gradients, words and probabilities are those of PyTorch", async () => {
  tf.engine().startScope();
  const inputs = [wave(1, 1, 4, 3), wave(2, 1, 3, 6), wave(3, 1, 6)] as const;
  const found = await lossAndGradients(inputs, Int32Array.of(5, 0, 2, 2), Float32Array.of(1, 0.5, 0, 2));
  // cross_entropy of PyTorch 1.13 in float64.
  assertClose([found.loss], [8.133836625723339], 1e-6);
  assertClose(
    found.dh,
    [
      1.208361,
      1.64613,
      1.569826,
      -0.6660815,
      -0.7529356,
      -0.6046539,
      0.0,
      0.0,
      0.0,
      -0.2384941,
      0.3383945,
      0.8096052,
    ],
    2e-6,
    "dh",
  );
  assertClose(
    found.dW,
    [
      0.8189545,
      -0.1453988,
      0.4112379,
      0.2146551,
      -0.1629363,
      -1.136512,
      0.9430512,
      -0.253518,
      0.8220984,
      0.2246628,
      -0.3198448,
      -1.41645,
      0.200111,
      -0.1285539,
      0.4771254,
      0.02811655,
      -0.1826894,
      -0.3941096,
    ],
    2e-6,
    "dW",
  );
  assertClose(found.db, [0.08370262, 0.3057569, -0.7323087, 0.2898702, 0.5242257, -0.4712467], 2e-6, "db");
  assert.deepEqual([...await vocabularyArgmax(...inputs)], [0, 2, 0, 2]);
  assertClose(await vocabularyLogProbabilities(...inputs), [
    -0.6008309,
    -3.65527,
    -3.160771,
    -1.311568,
    -2.256342,
    -4.681365,
    -4.170718,
    -1.966974,
    -0.8408991,
    -4.775535,
    -1.538033,
    -1.660099,
    -0.5795641,
    -3.562229,
    -3.534046,
    -1.368505,
    -2.110249,
    -5.020591,
    -4.282137,
    -2.253973,
    -0.6835563,
    -4.812435,
    -1.857607,
    -1.550163,
  ], 1e-6);
  tf.engine().endScope();
});

testOnBackends(
  "any vocabulary and any rows agree with the plain operations on the cpu backend",
  async (backend) => {
    // Rows side by side, with gaps, and none; vocabularies around vectors of 4 and blocks of 2,048.
    for (const [N, H, V] of [[1, 1, 1], [5, 3, 7], [6, 4, 8], [3, 5, 2047], [4, 2, 4099]]) {
      for (
        const weightOf of [
          (i: number) => 1 + i,
          (i: number) => i % 2,
          () => 0,
          (i: number) => Number(i === N - 1),
        ]
      ) {
        const shapes = [[N, H], [H, V], [V]], values = shapes.map((shape) => draw(...shape).dataSync());
        const labels = Int32Array.from({ length: N }, (_, i) => (i * 7919) % V),
          weights = Float32Array.from(labels, (_, i) => weightOf(i));
        const compute = async () => {
          tf.engine().startScope();
          const inputs = shapes.map((shape, i) => tf.tensor(values[i], shape)) as [
            tf.Tensor,
            tf.Tensor,
            tf.Tensor,
          ];
          const [alone] = await vocabularyCrossEntropy(...inputs, labels, weights).data();
          const all = {
            ...await lossAndGradients(inputs, labels, weights),
            ...{
              alone,
              words: await vocabularyArgmax(...inputs),
              logs: await vocabularyLogProbabilities(...inputs),
            },
          };
          tf.engine().endScope();
          return all;
        };
        const { found, expected } = await besideCpu(backend, compute);
        assert.equal(found.alone, found.loss, "the loss without a recording");
        assert.deepEqual(found.words, expected.words);
        assertClose([found.loss], [expected.loss], 1e-5, "loss");
        for (const key of ["dh", "dW", "db", "logs"] as const) {
          assertClose(found[key], expected[key], 1e-5, `${key} of ${[N, H, V]}, weights ${weights}`);
        }
      }
    }
  },
  ["native", "wasm"],
);

testOnBackends("rows that do not go into one chunk of logits add up", async () => {
  tf.engine().startScope();
  const N = 5, V = 2 ** 22 - 1, inputs = [wave(1, 1, N, 2), wave(2, 1, 2, V), wave(3, 1, V)] as const;
  const labels = Int32Array.of(0, 5, V - 1, 9, 4), weights = Float32Array.of(1, 1, 0.5, 0.25, 1);
  const all = await lossAndGradients(inputs, labels, weights);
  let loss = 0;
  const dW = new Float32Array(2 * V), dh: number[] = [];
  for (let i = 0; i < N; i++) {
    const only = weights.map((weight, j) => i === j ? weight : 0);
    const one = await lossAndGradients(inputs, labels, only);
    loss += one.loss;
    one.dW.forEach((slope, j) => dW[j] += slope);
    dh.push(...one.dh.subarray(2 * i, 2 * i + 2));
  }
  assertClose([all.loss], [loss], 1e-6, "loss");
  assertClose(all.dh, dh, 1e-6, "dh");
  assert.ok(all.dW.every((slope, j) => Math.abs(slope - dW[j]) < 1e-6), "dW");
  tf.engine().endScope();
}, ["native"]);

testOnBackends("logits of any size have the loss of the textbook", async () => {
  tf.engine().startScope();
  const rows = [[1, 2, 3], [1000, 0, -1000], [-1000, 0, 1000], [-2e4, -2e4, -2e4]];
  const expected = [Math.log(1 + Math.E + Math.E ** 2), 0, 2000, Math.log(3)];
  const identity = tf.tensor2d([[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    label = Int32Array.of(0),
    one = Float32Array.of(1);
  for (const [i, row] of rows.entries()) {
    const [loss] = await vocabularyCrossEntropy(tf.tensor2d([row]), identity, tf.zeros([3]), label, one)
      .data();
    assert.ok(
      Math.abs(loss - expected[i]) <= 1e-6 * (1 + expected[i]),
      `${row}: ${loss}, expected ${expected[i]}`,
    );
  }
  tf.engine().endScope();
});

testOnBackends("rows of weight 0 are not read, and have no gradient", async () => {
  tf.engine().startScope();
  const h = tf.tensor2d([[NaN, NaN], [1, 2], [Infinity, 0]]), labels = Int32Array.of(-1, 2, 7);
  const found = await lossAndGradients([h, draw(2, 3), draw(3)], labels, Float32Array.of(0, 1, 0));
  assert.ok([found.loss, ...found.dW, ...found.db].every(Number.isFinite));
  assert.deepEqual([0, 1, 4, 5].map((i) => found.dh[i]), [0, 0, 0, 0]);
  const none = await lossAndGradients([h, draw(2, 3), draw(3)], labels, new Float32Array(3));
  assert.ok([none.loss, ...none.dh, ...none.dW, ...none.db].every((value) => value === 0));
  tf.engine().endScope();
});

testOnBackends("the loss of words and their choice free all they made", async () => {
  const inputs = [draw(4, 3), draw(3, 5), draw(5)] as const, before = tf.memory().numTensors;
  const labels = new Int32Array(4), weights = Float32Array.of(1, 0, 1, 0);
  const pass = vjp(() => ({ loss: vocabularyCrossEntropy(...inputs, labels, weights) }), inputs),
    dy = tf.scalar(2);
  tf.dispose(pass.pullback({ loss: dy }));
  pass.dispose();
  tf.dispose([dy, pass.outputs.loss, vocabularyCrossEntropy(...inputs, labels, weights)]);
  await vocabularyArgmax(...inputs);
  await vocabularyLogProbabilities(...inputs);
  assert.equal(tf.memory().numTensors, before);
  tf.dispose([...inputs]);
});

testOnBackends(
  "a word is the first of equals, and none is chosen from what is no number",
  async ({ name }) => {
    tf.engine().startScope();
    const W = tf.tensor2d([[1, 2, 2, 0, 2]]), h = tf.tensor2d([[1], [0]]);
    assert.deepEqual([...await vocabularyArgmax(h, W, tf.zeros([5]))], [1, 0]);
    if (name !== "cpu" && name !== "webgpu") {
      assert.throws(() => vocabularyArgmax(h, W, tf.fill([5], NaN)), {
        name: "RangeError",
        message: "Cannot choose a word: the logits of row 0 are NaN, expected numbers",
      });
    }
    tf.engine().endScope();
  },
);

// The WASM backend's own products keep a packed copy of a variable that is changed in place.
testOnBackends("words follow an update of their weights", async () => {
  const h = tf.tensor2d([[1, 2]]),
    W = tf.variable(tf.tensor2d([[1, 0], [0, 0]])),
    b = tf.variable(tf.tensor1d([0, 0]));
  assert.deepEqual([...await vocabularyArgmax(h, W, b)], [0]);
  await updateVariable(W, (values) => values.set([0, 0, 0, 1]));
  assert.deepEqual([...await vocabularyArgmax(h, W, b)], [1]);
  await updateVariable(b, (values) => values.set([3, 0]));
  assert.deepEqual([...await vocabularyArgmax(h, W, b)], [0]);
  tf.dispose([h, W, b]);
});

Deno.test("states, weights and labels that do not fit are refused", async () => {
  await useBackend("cpu");
  const [h, W, b] = [[3, 2], [2, 5], [5]].map((shape) => tf.zeros(shape)),
    labels = new Int32Array(3),
    ones = Float32Array.of(1, 1, 1);
  const action = "Cannot compute the cross-entropy of words";
  const cases: [() => unknown, string][] = [
    [() => vocabularyCrossEntropy(b, W, b, labels, ones), `${action}: h is [5], expected [5,any]`],
    [() => vocabularyCrossEntropy(W, W, b, labels, ones), `${action}: W is [2,5], expected [5,5]`],
    [() => vocabularyCrossEntropy(h, W, h, labels, ones), `${action}: b is [3,2], expected [5]`],
    [
      () => vocabularyCrossEntropy(h, W, b, new Int32Array(2), ones),
      `${action}: there are 2 labels, expected 3`,
    ],
    [
      () => vocabularyCrossEntropy(h, W, b, labels, new Float32Array(4)),
      `${action}: there are 4 weights, expected 3`,
    ],
    [
      () => vocabularyCrossEntropy(h, W, b, Int32Array.of(0, 5, 0), ones),
      `${action}: the label of row 1 is 5, expected 0 to 4`,
    ],
    [
      () => vocabularyCrossEntropy(h, W, b, Int32Array.of(0, 0, -1), ones),
      `${action}: the label of row 2 is -1, expected 0 to 4`,
    ],
    [
      () => vocabularyCrossEntropy(h, W, b, labels, Float32Array.of(1, NaN, 0)),
      `${action}: the weight of row 1 is NaN, expected a finite one`,
    ],
    [() => vocabularyArgmax(h, b, b), "Cannot choose words: W is [5], expected [2,any]"],
    [
      () => vocabularyLogProbabilities(h, W, W),
      "Cannot compute the probabilities of words: b is [2,5], expected [5]",
    ],
  ];
  for (const [run, message] of cases) assert.throws(run, { name: "RangeError", message });
  assert.throws(() => vocabularyArgmax(tf.zeros([3, 2], "int32"), W, b), {
    name: "TypeError",
    message: "Cannot choose words: h is of type int32, expected float32",
  });
});
