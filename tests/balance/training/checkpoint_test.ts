/** A run that was stopped and goes on ends where an undisturbed one does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as v from "valibot";
import {
  copyWeights,
  createBalancer,
  createNetwork,
  disposeNetwork,
  loadNetwork,
  saveNetwork,
  train,
  trainConfig,
  type TrainedRun,
} from "../../../lib/balance/mod.ts";
import { testOnBackends } from "../../tensor/backends_under_test.ts";
import { mixedSplit } from "./mixed_data.ts";
import { tinySchema, tinySplit } from "./tiny_data.ts";

const data = {
  train: tinySplit("train", 300, "train"),
  validation: tinySplit("validation", 200, "validation"),
};
const mixed = { train: mixedSplit("train", 300, "train"), validation: mixedSplit("validation", 200, "val") };
const config = (given: Record<string, unknown> = {}) =>
  v.parse(trainConfig, { bottom: [8, 4], tower: [4], embeddingDim: 2, batchSize: 32, epochs: 5, ...given });

async function inTempDir(body: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(join(dir, "run.safetensors"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Everything of a run but the time it took. */
async function outcome(run: TrainedRun) {
  const { network, seconds: _, ...rest } = run;
  const weights = await copyWeights(network);
  disposeNetwork(network);
  return { ...rest, weights };
}

const cases: [what: string, given: Record<string, unknown>, from: typeof data][] = [
  ["multibalance", { balancer: "multibalance" }, data],
  ["a seeded method, micro-batches", { balancer: "pcgrad", microBatches: 2 }, data],
  ["tracked gradients of the parameters", { balancer: "moco", level: "parameter" }, data],
  ["row-wise Adagrad", { balancer: "ew", level: "loss", tableOptimizer: "row-wise-adagrad" }, data],
  ["MMoE, tasks of every kind", { balancer: "multibalance", backbone: "mmoe", cut: "experts" }, mixed],
];

for (const [what, given, from] of cases) {
  testOnBackends(`a run resumed after an epoch ends as an undisturbed one: ${what}`, async () => {
    const undisturbed = await outcome(await train(from, config(given)));
    await inTempDir(async (checkpoint) => {
      await outcome(await train(from, config({ ...given, epochs: 2 }), { checkpoint }));
      assert.deepEqual(await outcome(await train(from, config(given), { checkpoint })), undisturbed);
      // What is finished stays so.
      assert.deepEqual(await outcome(await train(from, config(given), { checkpoint })), undisturbed);
    });
  }, ["native"]);
}

testOnBackends("a run killed in the midst of an epoch goes on from the last whole one", async () => {
  const undisturbed = await outcome(await train(data, config({ balancer: "multibalance" })));
  await inTempDir(async (checkpoint) => {
    let steps = 0;
    const killed = train(data, config({ balancer: "multibalance" }), {
      checkpoint,
      progress() {
        if (++steps === 9 * 2 + 4) throw new Error("killed");
      },
    });
    await assert.rejects(killed, /killed/);
    steps = 0;
    const run = await train(data, config({ balancer: "multibalance" }), {
      checkpoint,
      progress: () => steps++,
    });
    assert.equal(steps, 9 * 3, "three epochs were left");
    assert.deepEqual(await outcome(run), undisturbed);
  });
}, ["native", "wasm"]);

testOnBackends("patience that ran out before the stop has run out after it", async () => {
  const given = { learningRate: 0.3, epochs: 12, patience: 1 };
  const undisturbed = await outcome(await train(data, config(given)));
  assert.ok(undisturbed.history.length < 12);
  await inTempDir(async (checkpoint) => {
    await outcome(await train(data, config(given), { checkpoint }));
    assert.deepEqual(await outcome(await train(data, config(given), { checkpoint })), undisturbed);
  });
}, ["wasm"]);

testOnBackends(
  "a checkpoint of another configuration, or none at all, is refused by what differs",
  async () => {
    await inTempDir(async (checkpoint) => {
      disposeNetwork((await train(data, config({ epochs: 1 }), { checkpoint })).network);
      const others: [Record<string, unknown>, RegExp][] = [
        [
          { learningRate: 0.5 },
          /Cannot resume from .*run\.safetensors: its learningRate is 0\.002, expected 0\.5/,
        ],
        [{ balancer: "mgda" }, /its balancer is "ew", expected "mgda"/],
        [{ seed: 2 }, /its seed is 1, expected 2/],
      ];
      for (const [given, message] of others) {
        await assert.rejects(train(data, config(given), { checkpoint }), message);
      }
      const network = createNetwork(tinySchema, 3, config());
      await saveNetwork(checkpoint, network);
      disposeNetwork(network);
      await assert.rejects(
        train(data, config(), { checkpoint }),
        /its format is equipoise-network, expected equipoise-training/,
      );
      await Deno.writeTextFile(checkpoint, "half a fi");
      await assert.rejects(train(data, config(), { checkpoint }), /expected a whole safetensors file/);
    });
  },
  ["wasm"],
);

testOnBackends("a network is saved with its balancer, which continues identically", async () => {
  await inTempDir(async (path) => {
    const run = await train(data, config({ balancer: "multibalance", epochs: 2 }));
    await saveNetwork(path, run.network, run.balancerState);
    const fresh = createNetwork(tinySchema, 3, config({ seed: 9 }));
    const state = await loadNetwork(path, fresh);
    assert.deepEqual(state, run.balancerState);
    assert.deepEqual(await copyWeights(fresh), await copyWeights(run.network));
    const gram = Float64Array.of(4, 1, 0, 1, 3, -1, 0, -1, 2), losses = Float64Array.of(1, 2, 3);
    const [saved, loaded] = [run.balancerState, state].map((state) => {
      const balancer = createBalancer("multibalance");
      balancer.restoreState!(state);
      return [0, 1].map((step) => balancer.weigh!({ losses, gram, step }));
    });
    assert.deepEqual(loaded, saved);
    await saveNetwork(path, run.network);
    assert.deepEqual(await loadNetwork(path, fresh), {}, "none was saved");
    disposeNetwork(fresh);
    disposeNetwork(run.network);
  });
}, ["wasm"]);
