/** Every method at every level where it works, with missing labels and tasks of every kind. */
import assert from "node:assert/strict";
import {
  balancerNames,
  balancerNeeds,
  balancerOptionNames,
  createBalancer,
  createTrainState,
  disposeNetwork,
  type Level,
  levels,
  trainedBalancer,
} from "../../../lib/balance/mod.ts";
import { withStepsPerEpoch } from "../../../lib/balance/training/trained_balancer.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { testOnBackends } from "../../tensor/backends_under_test.ts";
import { capture, network, settings } from "./captured_step.ts";
import { mixedBatch, mixedHeads } from "./mixed_data.ts";
import { tinyBatch } from "./tiny_data.ts";

const create = (balancer: string) =>
  trainedBalancer({ balancer, balancerOptions: balancer === "static" ? { weights: [1, 2, 0.5] } : {} }, 10);
const worksAt = (name: string, level: Level) => level !== "loss" || balancerNeeds(name) === "losses";

/** The last task has no label at all. */
function unlabelled() {
  const full = tinyBatch(24, createRandom("missing"));
  return { ...full, mask: new Float32Array(3 * full.size).fill(1, 0, 2 * full.size) };
}

/** The regression has no label at all; the others lack some. */
function unlabelledNumber() {
  const full = mixedBatch(24, createRandom("missing"));
  return { ...full, mask: full.mask!.map((known, i) => i >= 24 && i < 48 ? 0 : known) };
}

for (const name of balancerNames) {
  testOnBackends(`${name}: a task without labels in the batch has no say and spoils nothing`, async () => {
    for (const level of levels.filter((level) => worksAt(name, level))) {
      const [net, config] = network(settings["shared bottom"]), balancer = create(name);
      for (const batch of [unlabelled(), tinyBatch(24, createRandom("after"))]) {
        const { losses, shared, heads, rows } = await capture([net, config], balancer, level, batch);
        for (const g of [...shared, ...heads, ...rows.values()]) {
          assert.ok(g.every(Number.isFinite), `${level}: every gradient is finite`);
        }
        if (batch.mask === undefined) continue;
        assert.equal(losses[2], 0, level);
        // Each stacked head variable holds the tasks one after the other: the last third is the unlabelled one's.
        for (const g of heads) assert.ok(g.subarray(2 * g.length / 3).every((x) => Math.abs(x) === 0), level);
      }
      disposeNetwork(net);
    }
  }, ["native"]);

  testOnBackends(`${name}: balances tasks of every kind, labels missing or not`, async () => {
    for (const level of levels.filter((level) => worksAt(name, level))) {
      const [net, config] = network(settings["shared bottom"], mixedHeads), balancer = create(name);
      for (const batch of [unlabelledNumber(), mixedBatch(24, createRandom("all"), 0)]) {
        const { losses, shared, heads } = await capture([net, config], balancer, level, batch);
        assert.equal(losses.length, 3);
        for (const g of [losses, ...shared, ...heads]) assert.ok(g.every(Number.isFinite), level);
      }
      disposeNetwork(net);
    }
  }, ["native"]);

  testOnBackends(`${name}: is refused at a level that cannot give what it needs`, () => {
    const [net, config] = network(settings["shared bottom"]);
    for (const level of levels) {
      const make = () => createTrainState(net, create(name), { ...config, level });
      if (worksAt(name, level)) make();
      else {assert.throws(
          make,
          /at level 'loss': it needs .*, expected level 'representation' or 'parameter'/,
        );}
    }
    disposeNetwork(net);
  }, ["native"]);
}

Deno.test("a method that counts in epochs learns their steps, unless they are given", () => {
  assert.deepEqual(withStepsPerEpoch({}, ["stepsPerEpoch", "mu"], 40), { stepsPerEpoch: 40 });
  assert.deepEqual(withStepsPerEpoch({ stepsPerEpoch: 7, mu: 2 }, ["stepsPerEpoch", "mu"], 40), {
    stepsPerEpoch: 7,
    mu: 2,
  });
  assert.deepEqual(withStepsPerEpoch({ c: 1 }, ["c", "rescale"], 40), { c: 1 });
});

Deno.test("the options of a method are known by name", () => {
  assert.deepEqual(balancerOptionNames("ew"), []);
  assert.deepEqual(balancerOptionNames("cagrad"), ["c", "rescale"]);
  for (const name of balancerNames) {
    for (const option of balancerOptionNames(name)) {
      // A value of no type: the option is known, its value refused.
      assert.throws(() => createBalancer(name, { [option]: Symbol() }), /: option '/, `${name}, ${option}`);
    }
  }
  for (const name of balancerNames) assert.equal(balancerNeeds(name), create(name).needs);
  assert.throws(() => balancerOptionNames("mgdaa"), /there is no such method, expected 'mgda'/);
});
