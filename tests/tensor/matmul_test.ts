import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../lib/random/mod.ts";
import { assertClose, testOnBackends } from "./backends_under_test.ts";

const random = createRandom("matmul");
const draw = (shape: number[]) =>
  Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal());

/** The definition, in float64: out[l, i, j] = sum_k op(A)[l, i, k] op(B)[l, k, j], leading axes broadcast. */
function reference(a: Float32Array, sa: number[], b: Float32Array, sb: number[], ta: boolean, tb: boolean) {
  const [ra, ca] = sa.slice(-2), [rb, cb] = sb.slice(-2);
  const m = ta ? ca : ra, k = ta ? ra : ca, n = tb ? rb : cb;
  const lead = tf.broadcast_util.assertAndGetBroadcastShape(sa.slice(0, -2), sb.slice(0, -2));
  const batches = tf.util.sizeFromShape(lead);
  const place = (from: number[], flat: number) => {
    let at = 0, stride = 1;
    for (let axis = lead.length - 1, f = from.length - 1; axis >= 0; axis--, f--) {
      const index = flat % lead[axis];
      flat = Math.floor(flat / lead[axis]);
      if (f >= 0) {
        at += (from[f] === 1 ? 0 : index) * stride;
        stride *= from[f];
      }
    }
    return at;
  };
  const out = new Float64Array(batches * m * n);
  for (let l = 0; l < batches; l++) {
    const oa = place(sa.slice(0, -2), l) * ra * ca, ob = place(sb.slice(0, -2), l) * rb * cb;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let x = 0; x < k; x++) {
          sum += a[oa + (ta ? x * ca + i : i * ca + x)] * b[ob + (tb ? j * cb + x : x * cb + j)];
        }
        out[(l * m + i) * n + j] = sum;
      }
    }
  }
  return { values: out, shape: [...lead, m, n] };
}

// Shapes of op(A) and op(B); transposed variants store them the other way round.
const products: [string, number[], number[]][] = [
  ["one by one", [1, 1], [1, 1]],
  ["a row by a column", [1, 7], [7, 1]],
  ["a column by a row", [5, 1], [1, 6]],
  ["odd sizes", [33, 17], [17, 41]],
  ["a batch each", [3, 8, 5], [3, 5, 9]],
  ["a batch by one matrix", [4, 6, 5], [1, 5, 7]],
  ["one matrix by a batch", [1, 6, 5], [4, 5, 7]],
  ["lower rank broadcast", [6, 5], [3, 5, 7]],
];

for (const [what, shapeA, shapeB] of products) {
  testOnBackends(`the product of ${what} is that of the definition`, async () => {
    for (const ta of [false, true]) {
      for (const tb of [false, true]) {
        const stored = (shape: number[], swap: boolean) =>
          swap ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;
        const sa = stored(shapeA, ta), sb = stored(shapeB, tb), a = draw(sa), b = draw(sb);
        const out = tf.tidy(() => tf.matMul(tf.tensor(a, sa), tf.tensor(b, sb), ta, tb));
        const expected = reference(a, sa, b, sb, ta, tb);
        assert.deepEqual(out.shape, expected.shape);
        assertClose(await out.data(), expected.values, 1e-5, `transposed ${ta}, ${tb}`);
        out.dispose();
      }
    }
  });
}

// TensorFlow.js' own kernels give wrong values here, without an error.
testOnBackends("batches broadcast on both sides", async () => {
  const a = draw([2, 1, 4, 3]), b = draw([1, 3, 3, 5]);
  const out = tf.tidy(() => tf.matMul(tf.tensor(a, [2, 1, 4, 3]), tf.tensor(b, [1, 3, 3, 5])));
  assertClose(await out.data(), reference(a, [2, 1, 4, 3], b, [1, 3, 3, 5], false, false).values, 1e-5);
  out.dispose();
}, ["native", "wasm"]);

testOnBackends("empty matrices have empty or zero products", async () => {
  const empty = tf.tidy(() => tf.matMul(tf.zeros([0, 4]), tf.ones([4, 3])));
  assert.deepEqual(empty.shape, [0, 3]);
  const zero = tf.tidy(() => tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])));
  assert.deepEqual([...await zero.data()], [0, 0, 0, 0, 0, 0]);
  tf.dispose([empty, zero]);
}, ["native", "wasm"]);

testOnBackends("inner dimensions that differ are refused", () => {
  assert.throws(() => tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 5]))), /3.*4|inner/s);
});

testOnBackends("products stay right while the heap grows and moves", async () => {
  const a = draw([64, 64]), b = draw([64, 64]);
  const A = tf.tensor(a, [64, 64]), B = tf.tensor(b, [64, 64]);
  const held: tf.Tensor[] = [];
  const expected = reference(a, [64, 64], b, [64, 64], false, true).values;
  for (let i = 0; i < 12; i++) {
    held.push(tf.zeros([1 << 20])); // 4 MB each: past the 16 MB that the heap starts with
    const out = tf.matMul(A, B, false, true);
    assertClose(await out.data(), expected, 1e-5, `after ${i + 1} allocations`);
    held.push(out);
  }
  tf.dispose([A, B, ...held]);
}, ["native", "wasm"]);
