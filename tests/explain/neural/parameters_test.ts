import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../../lib/random/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import { dropout, lookUp, lossGradients, ModelOptimizer, Parameters } from "./parts.ts";
import { createTinyModel } from "./tiny_model.ts";

testOnBackends("parameters are copied and set by name; a wrong set changes nothing", async () => {
  const make = (seed: number) => {
    const parameters = new Parameters(createRandom(seed));
    parameters.gru("gru", 2, 3);
    parameters.linear("out", 3, 4);
    parameters.table("words", 5, 2);
    return parameters;
  };
  const one = make(1), two = make(2);
  const values = await one.copy();
  assert.deepEqual(Object.keys(values), ["gru.W", "gru.U", "gru.b", "gru.c", "out.W", "out.b", "words"]);
  assert.deepEqual(Object.values(values).map(({ shape }) => [...shape]), [
    ...[[2, 9], [3, 9], [9], [9], [3, 4], [4], [5, 2]],
  ]);
  assert.equal(one.size, 18 + 27 + 9 + 9 + 12 + 4 + 10);

  const before = await two.copy();
  assert.notDeepEqual(before, values);
  const { "out.b": _, ...short } = values;
  await assert.rejects(two.set(short), {
    name: "RangeError",
    message: "Cannot set parameter 'out.b': it is missing, expected shape [4]",
  });
  await assert.rejects(
    two.set({ ...values, words: { shape: [2, 5], data: new Float32Array(10) } }),
    /^RangeError: Cannot set parameter 'words': its shape is \[2,5\], expected shape \[5,2\]$/,
  );
  assert.deepEqual(await two.copy(), before);
  await two.set(values);
  assert.deepEqual(await two.copy(), values);
  values["out.W"].data[0] += 1;
  assert.notDeepEqual(await two.copy(), values, "copies share nothing");
  one.dispose();
  two.dispose();
});

Deno.test("a parameter's start depends on seed and name alone, and names are not given twice", async () => {
  const alone = new Parameters(createRandom(3)), among = new Parameters(createRandom(3));
  alone.uniform("W", [4, 5], 0.2);
  among.table("words", 7, 2);
  among.constant("b", [3], 0.5);
  among.uniform("W", [4, 5], 0.2);
  const { W } = await alone.copy(), all = await among.copy();
  assert.deepEqual(all.W, W);
  assert.deepEqual([...all.b.data], [0.5, 0.5, 0.5]);
  assert.ok(W.data.every((w) => Math.abs(w) <= 0.2) && new Set(W.data).size === 20);
  for (const name of ["W", "words"]) {
    assert.throws(() => among.table(name, 1, 1), {
      name: "RangeError",
      message: `Cannot add parameter '${name}': there is one already, expected another name`,
    });
  }
});

testOnBackends(
  "gradients by variables and by the rows of a table are those of finite differences",
  async () => {
    const model = createTinyModel(), { parameters } = model;
    // Word 4 twice: its gradients are summed; word 0 is not looked up.
    const batch = { ids: Int32Array.of(4, 1, 4, 2), targets: Float32Array.of(0.5, -1, 0.2, 0.1) };
    tf.engine().startScope();
    const { loss, dense, rows } = await model.gradients(batch);
    assertClose([loss], [await model.lossOf(batch)], 1e-6);
    const { rows: touched, count, values } = rows.get("words")!;
    assert.deepEqual([...touched.subarray(0, count)].sort(), [1, 2, 4]);
    const found: Record<string, number[]> = { words: new Array(18).fill(0) };
    touched.subarray(0, count).forEach((row, u) => {
      for (let d = 0; d < 3; d++) found.words[3 * row + d] = values[3 * u + d];
    });
    for (const [i, name] of [...parameters.variables.keys()].entries()) {
      found[name] = [
        ...await dense[i].data(),
      ];
    }
    const start = await parameters.copy(), step = 1e-2;
    for (const [name, { data, shape }] of Object.entries(start)) {
      const slopes: number[] = [];
      for (let i = 0; i < data.length; i++) {
        const at = async (by: number) => {
          const moved = Float32Array.from(data);
          moved[i] += by;
          await parameters.set({ ...start, [name]: { shape, data: moved } });
          return await model.lossOf(batch);
        };
        slopes.push((await at(step) - await at(-step)) / (2 * step));
      }
      assertClose(found[name], slopes, 2e-3, name);
    }
    tf.engine().endScope();
    parameters.dispose();
  },
);

Deno.test("a table or a row that is not there is named", async () => {
  const { parameters } = createTinyModel();
  await assert.rejects(
    lossGradients(parameters, { word: Int32Array.of(0) }, () => tf.scalar(0)),
    /^RangeError: Cannot look up rows of table 'word': there is none, expected 'words'$/,
  );
  assert.throws(
    () => lookUp(parameters, "words", Int32Array.of(6)),
    /id 6 of field 0 has no row, expected 0 to 5/,
  );
  parameters.dispose();
});

testOnBackends("a step of the optimizer, clipped and decayed, by hand", async () => {
  const parameters = new Parameters(createRandom(1));
  parameters.constant("w", [2], 2);
  parameters.table("e", 3, 1, 0).weights.fill(-1);
  const optimizer = new ModelOptimizer(parameters, { learningRate: 0.1, clip: 1, weightDecay: 0.01 });
  // The norm is 13, so all are divided by 13. Adam's first step goes by the signs, whatever the size.
  tf.engine().startScope();
  const dense = [tf.tensor1d([3, -0.2])];
  await optimizer.apply({
    ...{ loss: 0, dense },
    rows: new Map([["e", { rows: Int32Array.of(2), count: 1, values: Float32Array.of(12) }]]),
  });
  tf.engine().endScope();
  const { w, e } = await parameters.copy();
  // -0.2 / 12.37 + 0.01 * 2 is above 0: the decay turned the sign.
  assertClose(w.data, [1.9, 1.9], 1e-5);
  assertClose(e.data, [-1, -1, -1.1], 1e-5);
  parameters.dispose();
});

testOnBackends("dropout zeroes its share, keeps the mean, and nothing without draws", async () => {
  const x = tf.fill([101, 99], 3), random = createRandom(5);
  const values = await tf.tidy(() => dropout(x, 0.2, random)).data();
  const zeros = values.filter((value) => value === 0).length / values.length;
  assert.ok(Math.abs(zeros - 0.2) < 0.02, `${zeros}`);
  assertClose([...new Set(values)].sort(), [0, 3 / 0.8], 1e-4);
  assert.equal(dropout(x, 0.2, undefined), x);
  assert.equal(dropout(x, 0, random), x);
  x.dispose();
});
