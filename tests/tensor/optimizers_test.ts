import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../lib/random/mod.ts";
import {
  Adam,
  clipGradientNorm,
  EmbeddingTables,
  rowWiseAdagrad,
  sparseAdam,
  updateVariable,
} from "../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "./backends_under_test.ts";

/** A 4 x 2 table with the rows [1, 2], [3, 4], [5, 6], [7, 8]. */
function smallTable(): EmbeddingTables {
  const tables = new EmbeddingTables([4], 2, createRandom(1));
  tables.weights.set([1, 2, 3, 4, 5, 6, 7, 8]);
  return tables;
}

/** Applies the gradient of a batch of single ids. */
function applyBatch(
  tables: EmbeddingTables,
  optimizer: ReturnType<typeof sparseAdam>,
  ids: number[],
  g: number[],
) {
  const index = tables.index(Int32Array.from(ids));
  optimizer.apply(tables.rowGradient(index, Float32Array.from(g), 2));
}

testOnBackends("Adam takes the steps that PyTorch 1.13's takes in float64", async () => {
  const w = tf.variable(tf.tensor1d([1, -2, 0.5]));
  const adam = new Adam([w], { learningRate: 0.01 });
  const steps: [number[], number[]][] = [
    [[0.1, -0.2, 0.3], [0.990000001, -1.990000001, 0.49]],
    [[0.3, 0.1, -0.2], [0.98082219, -1.98733663, 0.488554795]],
    [[-0.5, 0.4, 0], [0.982431333, -1.991909948, 0.487437647]],
  ];
  for (const [gradient, expected] of steps) {
    const g = tf.tensor1d(gradient);
    await adam.apply([g]);
    g.dispose();
    assertClose(await w.data(), expected, 1e-6);
  }
  w.dispose();
});

// weight_decay=0.1 of torch.optim.Adam, PyTorch 1.13 in float64. Where every batch has every row, sparse Adam is Adam.
const decayed: [number[], number[]][] = [
  [[0.1, -0.2, 0.3], [0.990000001, -1.99, 0.49]],
  [[0.3, 0.1, -0.2], [0.980345514, -1.98170722, 0.486797085]],
  [[-0.5, 0.4, 0], [0.979078048, -1.97876354, 0.483531234]],
];

testOnBackends(
  "Adam's weight decay is the L2 penalty of PyTorch 1.13, and scale comes before it",
  async () => {
    const w = tf.variable(tf.tensor1d([1, -2, 0.5])),
      adam = new Adam([w], { learningRate: 0.01, weightDecay: 0.1 });
    for (const [gradient, expected] of decayed) {
      const g = tf.tensor1d(gradient.map((slope) => 4 * slope));
      await adam.apply([g], 0.25);
      g.dispose();
      assertClose(await w.data(), expected, 1e-6);
    }
    w.dispose();
  },
);

Deno.test("sparse Adam's weight decay is Adam's in the rows that are touched", () => {
  const tables = new EmbeddingTables([2], 3, createRandom(1));
  tables.weights.set([1, -2, 0.5, 7, 8, 9]);
  const optimizer = sparseAdam(tables, { learningRate: 0.01, weightDecay: 0.1 });
  for (const [gradient, expected] of decayed) {
    const doubled = Float32Array.from(gradient, (slope) => 2 * slope);
    optimizer.apply(tables.rowGradient(tables.index(Int32Array.of(0)), doubled, 3), 0.5);
    assertClose(tables.weights.subarray(0, 3), expected, 1e-6);
  }
  assert.deepEqual([...tables.weights.subarray(3)], [7, 8, 9]);
});

Deno.test("a scaled gradient is to row-wise Adagrad as if it had been scaled before", () => {
  const [one, other] = [smallTable(), smallTable()];
  for (const [tables, factor, scale] of [[one, 1, 0.5], [other, 0.5, undefined]] as const) {
    const optimizer = rowWiseAdagrad(tables), index = tables.index(Int32Array.of(1));
    for (const slope of [3, -1]) {
      optimizer.apply(tables.rowGradient(index, Float32Array.of(slope * factor, factor), 2), scale);
    }
  }
  assertClose(one.weights, other.weights, 1e-7);
  assert.notEqual(one.weights[2], 3);
});

testOnBackends(
  "the norm of all gradients together is clipped as PyTorch's clip_grad_norm_ does",
  async () => {
    const dense = [tf.tensor1d([3]), tf.tensor2d([[0, 4, 0, 0, 0]])];
    const rows = [{ rows: Int32Array.of(7), count: 1, values: Float32Array.of(0, 12) }];
    const { norm, scale } = await clipGradientNorm(dense, rows, 1);
    assert.equal(norm, 13);
    // 1/(13 + 1e-6): the gradients become [0.2308, 0.3077] and [0.9231].
    assertClose([3 * scale, 4 * scale, 12 * scale], [0.230769213, 0.307692284, 0.923076852], 1e-9);
    assert.equal((await clipGradientNorm(dense, rows, 13.1)).scale, 1);
    assert.deepEqual(await clipGradientNorm([], [], 1), { norm: 0, scale: 1 });
    await assert.rejects(clipGradientNorm([], [{ ...rows[0], values: Float32Array.of(NaN) }], 1), {
      name: "RangeError",
      message: "Cannot clip gradients: their norm is NaN, expected a finite one",
    });
    tf.dispose(dense);
  },
);

// The WASM backend's products kept a packed copy of W, and training went on with the first weights.
testOnBackends("a product sees the update of its factor", async () => {
  const x = tf.tensor2d([[1, 2]]), W = tf.variable(tf.tensor2d([[3], [4]]));
  const product = async () => {
    const y = tf.matMul(x, W as tf.Variable<tf.Rank.R2>);
    const [value] = await y.data();
    y.dispose();
    return value;
  };
  assert.equal(await product(), 11);
  await updateVariable(W, (values) => values.set([5, 6]));
  assert.equal(await product(), 17);
  tf.dispose([x, W]);
});

// A clone shares memory with its tensor on the backends that run on WASM.
testOnBackends("an update leaves clones of the variable as they were", async () => {
  const W = tf.variable(tf.tensor1d([1, 2])), clone = W.clone();
  await updateVariable(W, (values) => values.set([9, 9]));
  assert.deepEqual([...await W.data()], [9, 9]);
  assert.deepEqual([...await clone.data()], [1, 2]);
  tf.dispose([W, clone]);
});

Deno.test("sparse Adam takes the steps of PyTorch 1.13's SparseAdam and leaves other rows alone", () => {
  const tables = smallTable(), optimizer = sparseAdam(tables, { learningRate: 0.1 });
  // Row 1 comes twice in the first batch: its gradients add up to [.2, .5].
  applyBatch(tables, optimizer, [1, 3, 1], [0.1, 0.2, 0.3, -0.1, 0.1, 0.3]);
  assertClose(tables.weights, [1, 2, 2.900000158, 3.900000063, 5, 6, 6.900000105, 8.099999684], 1e-6);
  applyBatch(tables, optimizer, [0, 1], [0.5, 0.5, -0.2, 0.4]);
  assertClose(
    tables.weights,
    [0.925586365, 1.925586365, 2.90526331, 3.801187532, 5, 6, 6.900000105, 8.099999684],
    1e-6,
  );
});

Deno.test("row-wise Adagrad divides a row by the root of its summed mean squares", () => {
  const tables = smallTable(), optimizer = rowWiseAdagrad(tables, { learningRate: 0.1, epsilon: 0 });
  applyBatch(tables, optimizer, [2], [3, 4]);
  // h = (9 + 16) / 2 = 12.5
  const first = Math.sqrt(12.5);
  assertClose(tables.weights.subarray(4, 6), [5 - 0.3 / first, 6 - 0.4 / first], 1e-6);
  applyBatch(tables, optimizer, [2], [1, 0]);
  // h = 12.5 + 1 / 2
  assertClose(
    tables.weights.subarray(4, 6),
    [5 - 0.3 / first - 0.1 / Math.sqrt(13), 6 - 0.4 / first],
    1e-6,
  );
  assert.deepEqual([...tables.weights.subarray(0, 4)], [1, 2, 3, 4]);
});

testOnBackends("a saved and restored Adam continues identically, and refuses another's state", async () => {
  const start = () => [tf.variable(tf.tensor1d([1, -2, 0.5])), tf.variable(tf.tensor2d([[1], [2]]))];
  const step = async (adam: Adam, by: number) => {
    const gradients = [tf.tensor1d([by, 0.1, -by]), tf.tensor2d([[0.2], [by]])];
    await adam.apply(gradients);
    tf.dispose(gradients);
  };
  const values = (variables: tf.Variable[]) =>
    Promise.all(variables.map(async (variable) => [...await variable.data()]));
  const first = start(), adam = new Adam(first, { learningRate: 0.1 });
  await step(adam, 0.3);
  await step(adam, -0.2);
  const saved = adam.saveState(), kept = structuredClone(saved), there = await values(first);
  await step(adam, 0.5);
  assert.deepEqual(saved, kept, "a saved state must not move with its optimizer");

  const second = start();
  for (const [i, variable] of second.entries()) await updateVariable(variable, (w) => w.set(there[i]));
  const restored = new Adam(second, { learningRate: 0.1 });
  restored.restoreState(saved);
  await step(restored, 0.5);
  assert.deepEqual(await values(second), await values(first));
  assert.throws(
    () => new Adam([first[0]]).restoreState(saved),
    /Cannot restore Adam: 'first\.1' has 2 elements, expected none/,
  );
  assert.throws(
    () => restored.restoreState({ ...saved, t: [] }),
    /Cannot restore Adam: 't' has 0 elements, expected 1/,
  );
  tf.dispose([...first, ...second]);
}, ["native", "wasm"]);

for (
  const [name, optimizer] of [["sparse Adam", sparseAdam], ["row-wise Adagrad", rowWiseAdagrad]] as const
) {
  Deno.test(`a saved and restored ${name} continues identically, and refuses another's state`, () => {
    const [one, other] = [smallTable(), smallTable()], first = optimizer(one, { learningRate: 0.1 });
    applyBatch(one, first, [1, 3], [0.1, 0.2, 0.3, -0.1]);
    applyBatch(one, first, [1, 0], [0.4, 0.2, -0.3, -0.1]);
    const saved = first.saveState();
    other.weights.set(one.weights);
    applyBatch(one, first, [1, 2], [0.7, 0.7, 0.7, 0.7]);
    const second = optimizer(other, { learningRate: 0.1 });
    second.restoreState(saved);
    applyBatch(other, second, [1, 2], [0.7, 0.7, 0.7, 0.7]);
    assert.deepEqual(other.weights, one.weights);
    const [array] = Object.keys(saved);
    assert.throws(() => second.restoreState({ ...saved, [array]: [1, 2, 3, 4, 5] }), {
      name: "RangeError",
      message: new RegExp(`Cannot restore ${name}: '${array}' has 5 elements, expected \\d`),
    });
  });
}

Deno.test("a part of a batch has its row gradient among the rows of the whole", () => {
  const tables = new EmbeddingTables([4], 1, createRandom(1));
  const index = tables.index(Int32Array.of(3, 1, 2, 3));
  const parts = [[0, 1, [5]], [1, 4, [6, 7, 8]]] as const;
  const values = parts.map((
    [from, to, gradient],
  ) => [
    ...tables.rowGradient({ ...index, slots: index.slots.subarray(from, to) }, Float32Array.from(gradient), 1)
      .values,
  ]);
  assert.deepEqual([...index.rows.subarray(0, index.count)], [3, 1, 2]);
  assert.deepEqual(values, [[5, 0, 0], [8, 6, 7]]);
});

Deno.test("embeddings are gathered by field beside the numeric columns", () => {
  const tables = new EmbeddingTables([2, 3], 2, createRandom(1));
  tables.weights.set([0, 1, 2, 3, /* second field */ 10, 11, 12, 13, 14, 15]);
  const into = new Float32Array(2 * 5).fill(-1);
  tables.gather(Int32Array.of(1, 2, 0, 0), into, 5);
  assert.deepEqual([...into], [2, 3, 14, 15, -1, 0, 1, 10, 11, -1]);
});

Deno.test("a row's gradient sums over the batch's duplicates and ignores the numeric columns", () => {
  const tables = new EmbeddingTables([2, 3], 1, createRandom(1));
  const index = tables.index(Int32Array.of(1, 2, 1, 0));
  assert.deepEqual([...index.rows.subarray(0, index.count)], [1, 4, 2]);
  const { values } = tables.rowGradient(index, Float32Array.of(5, 6, 99, 7, 8, 99), 3);
  assert.deepEqual([...values], [12, 6, 8]);
  // The index of one batch must not leak into that of the next.
  assert.deepEqual([...tables.index(Int32Array.of(0, 0)).rows.subarray(0, 2)], [0, 2]);
});

Deno.test("an id beyond its table is refused with field and range", () => {
  const tables = new EmbeddingTables([2, 3], 1, createRandom(1));
  assert.throws(
    () => tables.gather(Int32Array.of(1, 3), new Float32Array(2), 2),
    /id 3 of field 1 has no row, expected 0 to 2/,
  );
});
