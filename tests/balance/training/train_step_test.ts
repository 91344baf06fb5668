import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  type Balancer,
  createBalancer,
  createTrainState,
  disposeNetwork,
  type Network,
  type TrainConfig,
  trainStep,
} from "../../../lib/balance/mod.ts";
import type { Batch } from "../../../lib/data/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { updateVariable } from "../../../lib/tensor/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import { capture, fixed, network, settings } from "./captured_step.ts";
import { tinyBatch } from "./tiny_data.ts";

/** sum_m w_m f_m of the network as it stands. */
async function weightedLoss(
  setup: [Network, TrainConfig],
  batch: Batch,
  weights: ArrayLike<number>,
): Promise<number> {
  const { losses } = await capture(setup, createBalancer("ew"), "loss", batch);
  return losses.reduce((sum, loss, m) => sum + weights[m] * loss, 0);
}

/** Half of the slopes within 2% and nearly all within 10%: a difference that steps over a ReLU's kink is off. */
function assertMostlyClose(actual: number[], expected: number[], what: string): void {
  const scale = Math.max(...expected.map(Math.abs));
  const errors = actual.map((value, i) => Math.abs(value - expected[i]) / scale).sort((a, b) => a - b);
  const at = (share: number) => errors[Math.floor(share * (errors.length - 1))];
  assert.ok(at(0.5) < 0.02 && at(0.8) < 0.1, `${what}: relative errors ${errors}`);
}

for (const [name, setting] of Object.entries(settings)) {
  testOnBackends(`MultiBalance's shared gradient is that of finite differences: ${name}`, async () => {
    const batch = tinyBatch(48, createRandom("differences")), setup = network(setting);
    const [{ model, tables }] = setup;
    // Biases start at 0, where a unit whose inputs are all dead stands exactly on ReLU's kink.
    const shift = createRandom("biases");
    for (const variable of model.shared) {
      await updateVariable(
        variable,
        (values) => values.forEach((value, k) => values[k] = value + 0.3 * shift.normal()),
      );
    }
    const { shared, rows, weights } = await capture(
      setup,
      createBalancer("multibalance"),
      "representation",
      batch,
    );
    assert.ok(
      weights!.some((weight) => Math.abs(weight - 1) > 0.01),
      `the weights ${weights} do more than to sum`,
    );

    // With the weights held, the shared gradient is that of sum_m w_m f_m by everything below the cut.
    const epsilon = 5e-4;
    const slope = async (move: (by: number) => unknown) => {
      await move(epsilon);
      const above = await weightedLoss(setup, batch, weights!);
      await move(-2 * epsilon);
      const below = await weightedLoss(setup, batch, weights!);
      await move(epsilon);
      return (above - below) / (2 * epsilon);
    };
    for (const [i, variable] of model.shared.entries()) {
      // At the experts' cut the gates bypass the balance: they follow their own tasks' losses.
      if (setting.cut === "experts" && i >= model.shared.length - 2) continue;
      const places = Array.from(
        { length: Math.min(9, variable.size) },
        (_, k) => Math.floor(k * Math.max(1, variable.size / 9)),
      );
      const expected: number[] = [];
      for (const k of places) {
        expected.push(
          await slope((by) => updateVariable(variable, (values) => values[k] += by)),
        );
      }
      assertMostlyClose(places.map((k) => shared[i][k]), expected, `variable ${i}`);
    }
    // Below the experts' cut the gates' path reaches the embeddings unbalanced, so no single loss has that slope.
    if (setting.cut !== "experts") {
      const chosen = [...rows].slice(0, 7);
      const expected: number[] = [];
      for (const [row] of chosen) expected.push(await slope((by) => tables.weights[row * tables.dim] += by));
      assertMostlyClose(chosen.map(([, gradient]) => gradient[0]), expected, "embedding rows");
    }
    disposeNetwork(setup[0]);
  }, ["native", "wasm"]);

  testOnBackends(`fixed weights give one gradient at all three levels: ${name}`, async () => {
    const batch = tinyBatch(32, createRandom("levels")), setup = network(setting), weights = [0.5, 2, 1.25];
    const atLoss = await capture(setup, fixed(weights, "losses"), "loss", batch);
    for (const level of ["representation", "parameter"] as const) {
      for (const needs of ["gram", "gradients"] as const) {
        if (setting.cut === "experts" && level === "representation") continue; // the gates bypass the cut
        const { shared, rows } = await capture(setup, fixed(weights, needs), level, batch);
        if (setting.cut === "experts") {
          // At the parameters only the experts and gates are weighted; so they are at the loss.
          assert.equal(shared.length, atLoss.shared.length);
        }
        shared.forEach((g, i) => assertClose(g, atLoss.shared[i], 1e-4, `${level}, ${needs}, variable ${i}`));
        for (const [row, g] of atLoss.rows) {
          assertClose(rows.get(row)!, g, 1e-4, `${level}, ${needs}, row ${row}`);
        }
        for (const [row, g] of rows) {
          assert.ok(
            atLoss.rows.has(row) || g.every((value) => value === 0),
            `row ${row} is not in the batch`,
          );
        }
      }
    }
    disposeNetwork(setup[0]);
  }, ["native", "wasm", "webgpu"]);
}

testOnBackends(
  "with weights of 1, what bypasses the cut adds up to the plain gradient at every level",
  async () => {
    const batch = tinyBatch(32, createRandom("bypass")), setup = network(settings["MMoE cut at its experts"]);
    const plain = await capture(setup, createBalancer("ew"), "loss", batch);
    for (const level of ["representation", "parameter"] as const) {
      const { shared, rows } = await capture(setup, fixed([1, 1, 1], "gram"), level, batch);
      shared.forEach((g, i) => assertClose(g, plain.shared[i], 1e-4, `${level}, variable ${i}`));
      for (const [row, g] of rows) assertClose(g, plain.rows.get(row)!, 1e-4, `${level}, row ${row}`);
    }
    disposeNetwork(setup[0]);
  },
  ["native", "wasm"],
);

testOnBackends("a step that fails leaves no tensor behind", async () => {
  const setup = network(settings["shared bottom"]), batch = tinyBatch(16, createRandom("failing"));
  const failing: Balancer = {
    ...{ name: "failing", needs: "gram", reset() {} },
    weigh() {
      throw new Error("no weights today");
    },
  };
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) {
    await assert.rejects(capture(setup, failing, "representation", batch), /no weights today/);
  }
  assert.equal(tf.memory().numTensors, before);
  disposeNetwork(setup[0]);
}, ["native", "wasm"]);

testOnBackends("a method that remembers gradients sees the whole tables at the parameter level", async () => {
  const [net, config] = network(settings["shared bottom"]), random = createRandom("remember");
  const lengths = new Set<number>();
  const balancer: Balancer = {
    ...{ name: "remembering", needs: "gradients", reset() {} },
    combine({ gradients }) {
      lengths.add(gradients[0].length);
      return gradients.reduce((sum, g) => sum.map((value, k) => value + g[k]));
    },
  };
  // Small batches touch different rows, yet every gradient has one place for each parameter.
  for (let i = 0; i < 4; i++) await capture([net, config], balancer, "parameter", tinyBatch(2, random));
  const dense = net.model.shared.reduce((sum, { size }) => sum + size, 0);
  assert.deepEqual([...lengths], [dense + net.tables.rowCount * net.tables.dim]);
  disposeNetwork(net);
}, ["wasm"]);

testOnBackends("heads follow their own losses whatever the balancer does at the representation", async () => {
  const batch = tinyBatch(32, createRandom("heads")), setup = network(settings["shared bottom"]);
  const equal = await capture(setup, createBalancer("ew"), "loss", batch);
  const balanced = await capture(setup, createBalancer("mgda"), "representation", batch);
  balanced.heads.forEach((g, i) => assertClose(g, equal.heads[i], 1e-5, `head ${i}`));
  disposeNetwork(setup[0]);
}, ["wasm"]);

testOnBackends("backends agree on a training step", async (backend) => {
  const batch = tinyBatch(32, createRandom("agree")), setup = network(settings["shared bottom"]);
  const { losses, shared } = await capture(setup, createBalancer("multibalance"), "representation", batch);
  agreed.set(backend.name, [...losses, ...shared.flatMap((g) => [...g])]);
  const [first, ...others] = agreed.values();
  for (const other of others) assertClose(other, first, 1e-4, backend.name);
  disposeNetwork(setup[0]);
});
const agreed = new Map<string, number[]>();

testOnBackends("100 steps leave no tensor behind, at any level", async () => {
  const random = createRandom("leak");
  for (
    const [method, level] of [["ew", "loss"], ["multibalance", "representation"], [
      "moco",
      "parameter",
    ]] as const
  ) {
    const [net, config] = network(settings["MMoE cut at its experts"]);
    const state = createTrainState(net, createBalancer(method), { ...config, level });
    await trainStep(state, tinyBatch(16, random), 0);
    const before = tf.memory();
    for (let step = 1; step <= 100; step++) await trainStep(state, tinyBatch(16, random), step);
    const after = tf.memory();
    assert.deepEqual(
      [after.numTensors, after.numDataBuffers, after.numBytes],
      [before.numTensors, before.numDataBuffers, before.numBytes],
      method,
    );
    disposeNetwork(net);
  }
}, ["native", "wasm"]);
