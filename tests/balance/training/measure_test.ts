import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { measureTrainSteps, type Workload } from "../../../lib/balance/mod.ts";
import { testOnBackends } from "../../tensor/backends_under_test.ts";

const workload: Workload = {
  ...{ batch: 32, fields: 3, dim: 4, rows: 90, bottom: [8, 4], tower: [4], tasks: 2 },
  ...{ backbone: "shared-bottom", experts: 2, seed: 1 },
};

testOnBackends("every method gets its steps timed, and nothing stays behind", async () => {
  const methods = ["ew", "multibalance", "moco-param"], before = tf.memory().numTensors;
  let progress = 0;
  const times = await measureTrainSteps(workload, methods, 5, (done, total) => progress = done / total);
  assert.deepEqual(times.map(({ method }) => method), methods);
  for (const { times: all, ms, qps } of times) {
    assert.equal(all.length, 5);
    assert.equal(ms, all.toSorted((a, b) => a - b)[2], "the median of five");
    assert.equal(qps, 32 / ms * 1000);
  }
  assert.equal(progress, 1);
  assert.equal(tf.memory().numTensors, before);
}, ["wasm"]);

testOnBackends("MMoE is timed too, and an unknown method is refused", async () => {
  const [time] = await measureTrainSteps({ ...workload, backbone: "mmoe" }, ["mgda-param"], 1);
  assert.ok(time.ms > 0);
  await assert.rejects(measureTrainSteps(workload, ["mgda-params"], 1), /no such method, expected 'mgda'/);
}, ["wasm"]);
