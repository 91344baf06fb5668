/** Several micro-batches take the step of the undivided batch. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  type Balancer,
  createBalancer,
  createTrainState,
  disposeNetwork,
  type Level,
  train,
  trainStep,
} from "../../../lib/balance/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import { capture, type Captured, fixed, network, settings } from "./captured_step.ts";
import { mixedBatch, mixedHeads, mixedSplit } from "./mixed_data.ts";
import { tinyBatch } from "./tiny_data.ts";

const batches = {
  "every label": tinyBatch(29, createRandom("whole")),
  // Task 2 has labels in the last micro-batch alone, task 1 has none in the first.
  "missing labels": (() => {
    const batch = tinyBatch(29, createRandom("holes"));
    const mask = new Float32Array(3 * 29).fill(1);
    mask.fill(0, 29, 29 + 12).fill(0, 2 * 29, 2 * 29 + 25);
    return { ...batch, mask };
  })(),
  "tasks of every kind, missing labels": mixedBatch(29, createRandom("mixed"), 0.5),
};

const cases: [method: string, make: () => Balancer, level: Level][] = [
  ["static", () => createBalancer("static", { weights: [0.5, 2, 1] }), "loss"],
  ["by losses", byLosses, "loss"],
  ["by losses", byLosses, "representation"],
  ["multibalance", () => createBalancer("multibalance"), "representation"],
  ["mgda", () => createBalancer("mgda"), "representation"],
  ["moco", () => createBalancer("moco"), "representation"],
  ["fixed", () => fixed([0.5, 2, 1], "gradients"), "representation"],
  ["by losses", byLosses, "parameter"],
  ["multibalance", () => createBalancer("multibalance"), "parameter"],
  ["mgda", () => createBalancer("mgda"), "parameter"],
  ["moco", () => createBalancer("moco"), "parameter"],
];

/** Weights that tell the losses of the whole batch from any part's. */
function byLosses(): Balancer {
  return {
    ...{ name: "by losses", needs: "losses", reset() {} },
    weigh: ({ losses }) => losses.map((loss) => loss ** 2),
  };
}

function assertSame(actual: Captured, expected: Captured, what: string): void {
  assertClose(actual.losses, expected.losses, 1e-5, `${what}, losses`);
  for (const part of ["shared", "heads"] as const) {
    assert.equal(actual[part].length, expected[part].length);
    expected[part].forEach((g, i) => assertClose(actual[part][i], g, 2e-5, `${what}, ${part} ${i}`));
  }
  assert.deepEqual([...actual.rows.keys()], [...expected.rows.keys()], what);
  for (const [row, g] of expected.rows) assertClose(actual.rows.get(row)!, g, 1e-4, `${what}, row ${row}`);
}

for (const [name, setting] of Object.entries(settings)) {
  const plain = setting.backbone === "shared-bottom";
  testOnBackends(`micro-batches take the step of the whole batch: ${name}`, async () => {
    for (const [which, batch] of Object.entries(batches)) {
      if (!plain && which === "every label") continue;
      const heads = which.startsWith("tasks") ? mixedHeads : 3;
      for (const [method, make, level] of cases) {
        const [net, config] = network(setting, heads);
        const whole = await capture([net, config], make(), level, batch);
        for (const microBatches of plain ? [2, 7, 29] : [3]) {
          const parts = await capture([net, { ...config, microBatches }], make(), level, batch);
          assertSame(parts, whole, `${which}, ${method}, ${level}, ${microBatches}`);
        }
        disposeNetwork(net);
      }
    }
  }, plain ? ["native", "wasm"] : ["native"]);
}

testOnBackends("micro-batches hold the activations of one part at a time", async () => {
  const size = 512, batch = tinyBatch(size, createRandom("memory"));
  const peakOf = async (microBatches: number) => {
    const [net, config] = network(settings["shared bottom"], 3, { bottom: [64, 32], tower: [16] });
    const state = createTrainState(net, createBalancer("multibalance"), {
      ...config,
      level: "representation",
      microBatches,
    });
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(async () => {
      await trainStep(state, batch, 0);
      return tf.scalar(0);
    });
    disposeNetwork(net);
    return peakBytes - before;
  };
  const whole = await peakOf(1), eighths = await peakOf(8);
  assert.ok(eighths < whole / 4, `${eighths} bytes in eighths, ${whole} undivided`);
}, ["wasm"]);

testOnBackends("a step in micro-batches leaves no tensor behind, whether it fails or not", async () => {
  const batch = mixedBatch(24, createRandom("leak"));
  const failing: Balancer = {
    ...{ name: "failing", needs: "gram", reset() {} },
    weigh() {
      throw new Error("no weights today");
    },
  };
  for (const level of ["representation", "parameter"] as const) {
    const [net, config] = network(settings["MMoE cut at its experts"], mixedHeads, {
      level,
      microBatches: 3,
    });
    const state = createTrainState(net, createBalancer("mgda"), config);
    await trainStep(state, batch, 0);
    const before = tf.memory();
    for (let step = 1; step <= 3; step++) {
      await trainStep(state, batch, step);
      await assert.rejects(trainStep({ ...state, balancer: failing }, batch, step), /no weights today/);
    }
    const after = tf.memory();
    assert.deepEqual([after.numTensors, after.numBytes], [before.numTensors, before.numBytes], level);
    disposeNetwork(net);
  }
}, ["native", "wasm"]);

testOnBackends("a batch cannot be cut finer than its examples", async () => {
  const [net, config] = network(settings["shared bottom"]), batch = tinyBatch(4, createRandom("few"));
  await assert.rejects(
    capture([net, { ...config, microBatches: 5 }], createBalancer("ew"), "loss", batch),
    /Cannot cut a batch into 5 micro-batches: it has 4 examples, expected one for each at least/,
  );
  disposeNetwork(net);
  const data = { train: mixedSplit("train", 64, "a"), validation: mixedSplit("validation", 64, "b") };
  await assert.rejects(
    train(data, { ...config, batchSize: 16, microBatches: 17 }),
    /Cannot train: microBatches is 17, expected at most the batch size, 16/,
  );
}, ["wasm"]);
