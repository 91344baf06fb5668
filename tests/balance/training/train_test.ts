import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import * as v from "valibot";
import {
  copyWeights,
  createBalancer,
  createNetwork,
  createTrainState,
  disposeNetwork,
  evaluate,
  loadNetwork,
  meanRelativeLoss,
  predict,
  saveNetwork,
  setWeights,
  train,
  trainConfig,
} from "../../../lib/balance/mod.ts";
import { testOnBackends } from "../../tensor/backends_under_test.ts";
import { tinySchema, tinySplit, tinyTasks } from "./tiny_data.ts";

const data = {
  train: tinySplit("train", 1000, "train"),
  validation: tinySplit("validation", 400, "validation"),
};
const test = tinySplit("test", 400, "test");
const config = (given: Record<string, unknown> = {}) =>
  v.parse(trainConfig, { bottom: [16, 8], tower: [8], embeddingDim: 4, batchSize: 64, epochs: 4, ...given });

testOnBackends("training learns: each task's test NE falls well below the base rate's 1", async () => {
  const settings = [
    { balancer: "ew", level: "loss" },
    { balancer: "multibalance", level: "representation" },
    { balancer: "multibalance", level: "parameter" },
    { balancer: "ew", level: "loss", tableOptimizer: "row-wise-adagrad" },
    { balancer: "multibalance", level: "representation", backbone: "mmoe", cut: "input" },
    { balancer: "multibalance", level: "representation", backbone: "mmoe", cut: "experts" },
  ];
  for (const setting of settings) {
    const run = await train(data, config({ ...setting, learningRate: 5e-3, epochs: 8 }));
    for (const scores of evaluate(await predict(run.network, test, run.taskIndices), run.tasks)) {
      assert.ok(scores.kind === "binary");
      const { task, ne, auc } = scores;
      assert.ok(ne < 0.9 && auc > 0.7, `${JSON.stringify(setting)}, ${task}: NE ${ne}, AUC ${auc}`);
    }
    disposeNetwork(run.network);
  }
}, ["native", "wasm"]);

testOnBackends("the same seed gives the same bytes, another seed others", async () => {
  const weightsOf = async (seed: number) => {
    const run = await train(data, config({ seed, balancer: "pcgrad", epochs: 2 }));
    const weights = await copyWeights(run.network);
    disposeNetwork(run.network);
    return weights;
  };
  assert.deepEqual(await weightsOf(1), await weightsOf(1));
  assert.notDeepEqual(await weightsOf(1), await weightsOf(2));
}, ["native", "wasm"]);

testOnBackends("methods start from the same weights and see the same batches", async () => {
  const firstLoss = async (balancer: string, level: string) => {
    const run = await train(data, config({ balancer, level, epochs: 1, learningRate: 0 }));
    disposeNetwork(run.network);
    return run.history[0].trainLosses;
  };
  assert.deepEqual(await firstLoss("ew", "loss"), await firstLoss("mgda", "representation"));
}, ["wasm"]);

testOnBackends("the epoch with the best mean validation NE is kept, and patience ends the run", async () => {
  // A step size this large makes later epochs worse.
  const run = await train(data, config({ learningRate: 0.3, epochs: 30, patience: 3 }));
  const nes = run.history.map(({ meanRelativeLoss }) => meanRelativeLoss);
  assert.equal(run.bestEpoch, nes.indexOf(Math.min(...nes)) + 1);
  assert.equal(run.history.length, run.bestEpoch + 3);
  const again = evaluate(await predict(run.network, data.validation, run.taskIndices), run.tasks);
  assert.equal(meanRelativeLoss(again), Math.min(...nes), "the network has the weights of its best epoch");
  disposeNetwork(run.network);
}, ["wasm"]);

testOnBackends("a single-task model sees its own task alone", async () => {
  const run = await train(data, config({ tasks: ["buy"] }));
  assert.deepEqual([run.tasks, run.taskIndices, run.history[0].trainLosses.length], [["buy"], [1], 1]);
  const { labels } = await predict(run.network, test, run.taskIndices);
  const joint = await train(data, config({ epochs: 1 }));
  const all = await predict(joint.network, test, joint.taskIndices);
  assert.equal(labels.length, 1);
  assert.deepEqual(labels[0], all.labels[1]);
  disposeNetwork(run.network);
  disposeNetwork(joint.network);
}, ["wasm"]);

testOnBackends(
  "a saved network predicts as before, and refuses weights of another size by name",
  async () => {
    const dir = await Deno.makeTempDir();
    try {
      const path = join(dir, "model.safetensors"), sizes = config({ epochs: 1 });
      const run = await train(data, sizes);
      const before = await predict(run.network, test, run.taskIndices);
      await saveNetwork(path, run.network);
      const fresh = createNetwork(tinySchema, tinyTasks.length, { ...sizes, seed: 99 });
      assert.notDeepEqual((await predict(fresh, test, run.taskIndices)).predicted, before.predicted);
      await loadNetwork(path, fresh);
      assert.deepEqual(await predict(fresh, test, run.taskIndices), before);
      const { "shared.0": _, ...rest } = await copyWeights(fresh);
      await assert.rejects(setWeights(fresh, rest), /weight 'shared\.0': it is missing, expected shape/);
      disposeNetwork(fresh);
      disposeNetwork(run.network);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
  ["wasm"],
);

testOnBackends("mistakes are refused before anything is trained", async () => {
  await assert.rejects(
    train(data, config({ tasks: ["sale"] })),
    /task 'sale': it is not in the data, expected one of click/,
  );
  await assert.rejects(
    train(data, config({ batchSize: 2000 })),
    /batch size is 2000, expected at most the 1000/,
  );
  await assert.rejects(train(data, config({ balancer: "multibalanse" })), /multibalance/);
  const numeric = { ...tinySchema, fields: tinySchema.fields.filter(({ kind }) => kind === "numeric") };
  const atInput = config({ backbone: "mmoe", cut: "input" });
  assert.throws(
    () => createTrainState(createNetwork(numeric, 3, atInput), createBalancer("multibalance"), atInput),
    /the data have no categorical field, .* expected cut 'experts'/,
  );
  const mismatched: [string, RegExp][] = [
    [
      "moco",
      /'moco' at level 'loss': it needs the gradients, expected level 'representation' or 'parameter'/,
    ],
    ["mgda", /'mgda' at level 'loss': it needs the Gram matrix/],
  ];
  for (const [balancer, message] of mismatched) {
    const before = tf.memory().numTensors;
    await assert.rejects(train(data, config({ balancer, level: "loss" })), message);
    assert.equal(tf.memory().numTensors, before, "a refused run leaves nothing behind");
  }
}, ["wasm"]);

testOnBackends("a loss that diverges stops the run with the task's losses and what to change", async () => {
  await assert.rejects(
    train(data, config({ learningRate: 1e20 })),
    /Cannot take step \d+: the losses are .*NaN.*lower learningRate/,
  );
}, ["wasm"]);
