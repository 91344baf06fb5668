import assert from "node:assert/strict";
import * as v from "valibot";
import {
  balancerNames,
  disposeNetwork,
  evaluate,
  methodOf,
  predict,
  train,
  trainConfig,
} from "../../../lib/balance/mod.ts";
import { testOnBackends } from "../../tensor/backends_under_test.ts";
import { tinySplit, tinyTasks } from "./tiny_data.ts";

const data = {
  train: tinySplit("train", 1000, "train"),
  validation: tinySplit("validation", 400, "validation"),
};
const test = tinySplit("test", 400, "test");

testOnBackends("with every method, where it works, all tasks learn", async () => {
  for (const name of balancerNames) {
    const { balancer, level } = methodOf(name);
    const config = v.parse(trainConfig, {
      ...{ bottom: [16, 8], tower: [8], embeddingDim: 4, batchSize: 64, epochs: 8, learningRate: 5e-3 },
      ...{ balancer, level },
      balancerOptions: name === "static" ? { weights: tinyTasks.map(() => 1) } : {},
    });
    const run = await train(data, config);
    for (const scores of evaluate(await predict(run.network, test, run.taskIndices), run.tasks)) {
      assert.ok(scores.kind === "binary");
      const { task, ne, auc } = scores;
      assert.ok(ne < 0.9 && auc > 0.7, `${name}, ${task}: NE ${ne}, AUC ${auc}`);
    }
    disposeNetwork(run.network);
  }
}, ["native", "wasm"]);
