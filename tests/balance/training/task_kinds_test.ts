/** Tasks of mixed kinds: their losses, their heads, how they are scored, and that they are learned. */
import assert from "node:assert/strict";
import {
  copyWeights,
  createBalancer,
  disposeNetwork,
  evaluate,
  predict,
  train,
  trainConfig,
} from "../../../lib/balance/mod.ts";
import * as v from "valibot";
import { createRandom } from "../../../lib/random/mod.ts";
import { updateVariable } from "../../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import { capture, network, settings } from "./captured_step.ts";
import { mixedBatch, mixedHeads, mixedSplit } from "./mixed_data.ts";

/** Task m's loss alone, as a weighting. */
const only = (m: number) => createBalancer("static", { weights: [0, 1, 2].map((i) => i === m ? 1 : 0) });

for (const [name, setting] of Object.entries(settings)) {
  testOnBackends(`the gradient of each kind's loss is that of finite differences: ${name}`, async () => {
    const batch = mixedBatch(40, createRandom("kinds"));
    const [net, config] = network(setting, mixedHeads), shift = createRandom("biases");
    // Biases start at 0, where a unit whose inputs are all dead stands exactly on ReLU's kink.
    const variables = [...net.model.shared, ...net.model.heads];
    for (const variable of variables) {
      await updateVariable(
        variable,
        (values) => values.forEach((x, k) => values[k] = x + 0.3 * shift.normal()),
      );
    }
    const lossOf = async (m: number) => (await capture([net, config], only(m), "loss", batch)).losses[m];
    for (const [m, { kind }] of mixedHeads.entries()) {
      const { shared, heads } = await capture([net, config], only(m), "loss", batch);
      const analytic: number[] = [], numeric: number[] = [], epsilon = 5e-4;
      for (const [i, g] of [...shared, ...heads].entries()) {
        for (let k = 0; k < g.length; k += Math.ceil(g.length / 5)) {
          const move = (by: number) => updateVariable(variables[i], (values) => values[k] += by);
          await move(epsilon);
          const above = await lossOf(m);
          await move(-2 * epsilon);
          numeric.push((above - await lossOf(m)) / (2 * epsilon));
          await move(epsilon);
          analytic.push(g[k]);
        }
      }
      const scale = Math.max(...numeric.map(Math.abs));
      assert.ok(scale > 1e-3, `${kind}: the loss depends on the network`);
      const errors = analytic.map((x, i) => Math.abs(x - numeric[i]) / scale).sort((a, b) => a - b);
      // A difference that steps over a ReLU's kink is off.
      assert.ok(errors[Math.floor(0.9 * errors.length)] < 0.02, `${kind}: relative errors ${errors}`);
    }
    disposeNetwork(net);
  }, ["native", "wasm"]);
}

testOnBackends("losses are the textbook's, means over the labelled examples", async () => {
  const batch = mixedBatch(17, createRandom("textbook")), size = batch.size;
  const [net, config] = network(settings["shared bottom"], mixedHeads);
  const { losses } = await capture([net, config], createBalancer("ew"), "loss", batch);
  const split = {
    ...mixedSplit("test", 1, "unused"),
    rows: size,
    batches: async function* () {
      yield await Promise.resolve(batch);
    },
  };
  const { predicted: [p, z, classes], labels } = await predict(net, split, [0, 1, 2]);
  const mean = (of: (b: number) => number, m: number) => {
    const known = Array.from({ length: size }, (_, b) => b).filter((b) => batch.mask![m * size + b] === 1);
    assert.equal(labels[m].filter(Number.isNaN).length, size - known.length);
    return known.reduce((sum, b) => sum + of(b), 0) / known.length;
  };
  const expected = [
    mean((b) => -Math.log(labels[0][b] === 1 ? p[b] : 1 - p[b]), 0),
    mean((b) => (z[b] - labels[1][b]) ** 2, 1),
    mean((b) => -Math.log(classes[labels[2][b] * size + b]), 2),
  ];
  assertClose(losses, expected, 1e-5);
  for (let b = 0; b < size; b++) {
    const sum = [0, 1, 2].reduce((sum, c) => sum + classes[c * size + b], 0);
    assert.ok(Math.abs(sum - 1) < 1e-6, "probabilities of the classes sum to 1");
  }
  disposeNetwork(net);
}, ["native", "wasm", "cpu", "webgpu"]);

testOnBackends("a tower starts the same whatever the other tasks are", async () => {
  const [binary] = network(settings["shared bottom"], 3),
    [mixed] = network(settings["shared bottom"], mixedHeads);
  const [uniform, varied] = [await copyWeights(binary), await copyWeights(mixed)];
  for (const name of ["shared.0", "shared.2", "heads.0"]) assert.deepEqual(varied[name], uniform[name]);
  // The last layer of the first task: its own part of the stack, or a variable of its own.
  const stack = uniform["heads.2"].data, own = varied["heads.2"].data;
  assert.deepEqual([...own], [...stack.subarray(0, own.length)]);
  assert.deepEqual([2, 4, 6].map((i) => varied[`heads.${i}`].shape), [[3, 1], [3, 1], [3, 3]]);
  disposeNetwork(binary);
  disposeNetwork(mixed);
}, ["wasm"]);

testOnBackends("tasks of mixed kinds are learned together, with labels missing", async () => {
  const data = {
    train: mixedSplit("train", 1500, "train"),
    validation: mixedSplit("validation", 400, "val"),
  };
  const cases = [
    { balancer: "ew", level: "loss" },
    { balancer: "multibalance", level: "representation", microBatches: 3 },
    { balancer: "mgda", level: "parameter" },
    { balancer: "multibalance", level: "representation", backbone: "mmoe", cut: "experts" },
  ];
  for (const given of cases) {
    const config = v.parse(trainConfig, {
      ...{
        bottom: [16, 8],
        tower: [8],
        embeddingDim: 4,
        batchSize: 64,
        epochs: 8,
        learningRate: 5e-3,
        ...given,
      },
    });
    const run = await train(data, config), test = mixedSplit("test", 400, "test");
    const scores = evaluate(await predict(run.network, test, run.taskIndices), run.tasks, run.network.heads);
    assert.deepEqual(scores.map(({ kind }) => kind), ["binary", "regression", "multi-class"]);
    for (const { task, relativeLoss } of scores) {
      assert.ok(relativeLoss < 0.85, `${JSON.stringify(given)}, ${task}: ${relativeLoss}`);
    }
    const { validation, meanRelativeLoss } = run.history[run.bestEpoch - 1];
    assert.equal(meanRelativeLoss, validation.reduce((sum, { relativeLoss }) => sum + relativeLoss, 0) / 3);
    disposeNetwork(run.network);
  }
}, ["native"]);

testOnBackends("a task of any kind is learned alone", async () => {
  const data = { train: mixedSplit("train", 600, "train"), validation: mixedSplit("validation", 200, "val") };
  for (const task of data.train.tasks) {
    const given = { balancer: "ew", level: "loss", tasks: [task], learningRate: 5e-3, batchSize: 64 };
    const run = await train(data, v.parse(trainConfig, { ...given, epochs: 6 }));
    const { meanRelativeLoss } = run.history[run.bestEpoch - 1];
    assert.ok(meanRelativeLoss < 0.9, `${task}: ${meanRelativeLoss}`);
    disposeNetwork(run.network);
  }
}, ["wasm"]);

testOnBackends("the epoch is selected by the tasks that are named", async () => {
  const data = { train: mixedSplit("train", 300, "train"), validation: mixedSplit("validation", 200, "val") };
  // A step size this large makes later epochs worse, for each task from another one on.
  const config = { learningRate: 0.05, batchSize: 32, epochs: 12, seed: 2 };
  const runs = [];
  for (const selectBy of [undefined, ["amount"], ["whether"]]) {
    const run = await train(data, v.parse(trainConfig, { ...config, selectBy }));
    const losses = run.history.map(({ validation }) => {
      const own = validation.filter(({ task }) => selectBy?.includes(task) ?? true);
      return own.reduce((sum, { relativeLoss }) => sum + relativeLoss, 0) / own.length;
    });
    assert.equal(run.bestEpoch, losses.indexOf(Math.min(...losses)) + 1);
    assert.deepEqual(run.history.map(({ meanRelativeLoss }) => meanRelativeLoss), losses);
    runs.push(run.bestEpoch);
    disposeNetwork(run.network);
  }
  assert.ok(new Set(runs).size > 1, `epochs ${runs}`);
  await assert.rejects(train(data, v.parse(trainConfig, { tasks: ["amount"], selectBy: ["whether"] })), {
    name: "RangeError",
    message: "Cannot select the epoch by task 'whether': it is not trained, expected one of amount",
  });
}, ["wasm"]);

const heads = { binary: mixedHeads[0], number: mixedHeads[1], classes: mixedHeads[2] };
const missing = NaN;

Deno.test("a number is scored by its squared error over that of the mean: 1 - R^2", () => {
  const predictions = {
    predicted: [Float32Array.of(1, 2, 9, 3)],
    labels: [Float32Array.of(0, 2, missing, 4)],
  };
  // Errors 1, 0, 1; the mean 2 has errors 4, 0, 4.
  assert.deepEqual(evaluate(predictions, ["amount"], [heads.number]), [
    { kind: "regression", task: "amount", examples: 3, relativeLoss: 0.25, meanSquaredError: 2 / 3 },
  ]);
});

Deno.test("classes are scored by log loss over the entropy of their shares, and by accuracy", () => {
  const predictions = {
    predicted: [Float32Array.of(0.5, 0.25, 0.9, 0.25, 0.25, 0.5, 0.1, 0.25, 0.25, 0.25, 0, 0.5)],
    labels: [Float32Array.of(0, 1, missing, 0)],
  };
  const [scores] = evaluate(predictions, ["which"], [heads.classes]);
  assert.ok(scores.kind === "multi-class");
  const loss = (2 * Math.log(2) + Math.log(4)) / 3;
  const entropy = -2 / 3 * Math.log(2 / 3) - 1 / 3 * Math.log(1 / 3);
  assert.deepEqual([scores.examples, scores.accuracy], [3, 2 / 3]);
  assertClose(
    [scores.logLoss, scores.ne, scores.relativeLoss],
    [loss, loss / entropy, loss / entropy],
    1e-12,
  );
});

Deno.test("always answering the shares scores 1, of every kind; two classes score as a binary task", () => {
  const y = Float32Array.of(0, 1, 1, 0, 1, 1, 1, 0),
    p = 5 / 8,
    q = Float32Array.from(y, (y, i) => 0.3 + 0.4 * y + i / 50);
  const twoClasses = { kind: "multi-class", outputs: 2 } as const;
  const constant = [Float32Array.from(y, () => p), [...y.map(() => p)], [
    ...y.map(() => 1 - p),
    ...y.map(() => p),
  ]];
  const kinds = [heads.binary, heads.number, twoClasses];
  for (const [i, head] of kinds.entries()) {
    const predictions = { predicted: [Float32Array.from(constant[i])], labels: [y] };
    const [{ relativeLoss }] = evaluate(predictions, ["t"], [head]);
    assert.ok(Math.abs(relativeLoss - 1) < 1e-12, head.kind);
  }
  const [asBinary] = evaluate({ predicted: [q], labels: [y] }, ["t"], [heads.binary]);
  const both = Float32Array.of(...q.map((q) => 1 - q), ...q);
  const [asClasses] = evaluate({ predicted: [both], labels: [y] }, ["t"], [twoClasses]);
  assert.ok(Math.abs(asBinary.relativeLoss - asClasses.relativeLoss) < 1e-6);
});

Deno.test("labels of one value and predictions that are no numbers are refused", () => {
  const broken: [keyof typeof heads, RegExp][] = [
    ["number", /relative squared error: the summed loss is NaN, expected finite predictions/],
    ["classes", /multi-class NE: a probability is NaN/],
  ];
  for (const [kind, message] of broken) {
    const predicted = [new Float32Array(2 * heads[kind].outputs).fill(NaN)];
    assert.throws(
      () => evaluate({ predicted, labels: [Float32Array.of(0, 1)] }, ["t"], [heads[kind]]),
      message,
    );
  }
  const cases: [keyof typeof heads, RegExp][] = [
    ["number", /relative squared error: all 2 targets are 1, expected at least two numbers/],
    ["classes", /multi-class NE: all 2 labels are 1, expected at least two classes/],
    ["binary", /normalized entropy: all 2 labels are 1/],
  ];
  for (const [kind, message] of cases) {
    const predictions = {
      predicted: [new Float32Array(2 * heads[kind].outputs).fill(0.5)],
      labels: [Float32Array.of(1, 1)],
    };
    assert.throws(() => evaluate(predictions, ["t"], [heads[kind]]), message);
  }
});
