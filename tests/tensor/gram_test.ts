import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../lib/random/mod.ts";
import { gramMatrix, gramOfRows, weightedSum } from "../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "./backends_under_test.ts";

testOnBackends("the Gram matrix is that of the definition, over blocks and scales", async () => {
  for (
    const [tasks, length, scale] of [
      [1, 1, 1],
      [3, 5, 1],
      [4, 20_000, 1e-4],
      [6, 8_193, 1e3],
      [17, 8_193, 1],
      [70, 4_000, 1],
    ]
  ) {
    const random = createRandom(`${tasks} ${length}`);
    const values = Float32Array.from({ length: tasks * length }, () => scale * random.normal());
    const expected = new Float64Array(tasks * tasks);
    for (let i = 0; i < tasks; i++) {
      for (let j = 0; j < tasks; j++) {
        for (let k = 0; k < length; k++) {
          expected[i * tasks + j] += values[i * length + k] * values[j * length + k];
        }
      }
    }
    const gradients = tf.tensor(values, [tasks, length]);
    const gram = await gramMatrix(gradients);
    assertClose(gram, expected, 1e-6);
    assert.deepEqual(gram, gramOfRows(values, tasks), "tensors and rows in memory give the same");
    for (let i = 0; i < tasks; i++) {
      for (let j = 0; j < tasks; j++) {
        assert.equal(gram[i * tasks + j], gram[j * tasks + i], "symmetric to the bit");
      }
    }
    gradients.dispose();
  }
});

testOnBackends("the weighted sum of gradients has the shape of one of them", async () => {
  const g = tf.tensor3d([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2]);
  const d = weightedSum(g, [2, -0.5]);
  assert.deepEqual(d.shape, [2, 2]);
  assert.deepEqual([...await d.data()], [-3, -6, -9, -12]);
  tf.dispose([g, d]);
});
