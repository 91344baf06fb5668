import assert from "node:assert/strict";
import { balancerNames, baseLoss, methodOf, staticCandidates } from "../../../lib/balance/mod.ts";
import type { PreparedTask } from "../../../lib/data/mod.ts";

Deno.test("a method's name says its balancer and level", () => {
  const levels: [string, string, string][] = [
    ["ew", "ew", "loss"],
    ["static", "static", "loss"],
    ["multibalance", "multibalance", "representation"],
    ["imtl-g", "imtl-g", "representation"],
    ["mgda-param", "mgda", "parameter"],
    ["moco-param", "moco", "parameter"],
  ];
  for (const [name, balancer, level] of levels) assert.deepEqual(methodOf(name), { name, balancer, level });
  for (const name of balancerNames) assert.equal(methodOf(name).balancer, name);
});

Deno.test("a loss weighting has no parameter level, and an unknown method is refused", () => {
  assert.throws(() => methodOf("ew-param"), /'ew-param': ew weighs losses, expected 'ew'/);
  assert.throws(() => methodOf("mgdaa"), /expected 'mgda'/);
});

Deno.test("static candidates start at equal weights and have mean 1", () => {
  const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  const baseLosses = [0.4, 0.1, 0.01].map(entropy);
  const candidates = staticCandidates(baseLosses, 9, 1);
  assert.equal(candidates.length, 9);
  assert.deepEqual(candidates[0], [1, 1, 1]);
  for (const weights of candidates) {
    assert.ok(Math.abs(weights.reduce((sum, w) => sum + w, 0) / 3 - 1) < 1e-12);
    assert.ok(weights.every((w) => w > 0));
  }
  // p = 1 weighs by the inverse base loss: the best constants count alike.
  const [w0, , w2] = candidates[2];
  assert.ok(Math.abs(w0 * entropy(0.4) - w2 * entropy(0.01)) < 1e-12);
  assert.deepEqual(candidates, staticCandidates(baseLosses, 9, 1));
});

Deno.test("the base loss of a task is that of its best constant, whatever its kind", () => {
  const labelled = { train: 8, validation: 1, test: 1 };
  const cases: [PreparedTask, number][] = [
    [
      { name: "click", kind: "binary", positiveRate: 0.25, labelled, positives: labelled },
      -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75),
    ],
    [{ name: "spend", kind: "regression", mean: 30, scale: 7, labelled }, 1],
    [
      {
        ...{ name: "city", kind: "multi-class", labelled, classes: ["a", "b", "c"] },
        counts: { train: [4, 2, 2], validation: [1, 1, 1], test: [1, 1, 1] },
      },
      1.5 * Math.log(2),
    ],
  ];
  for (const [task, expected] of cases) assert.ok(Math.abs(baseLoss(task) - expected) < 1e-12, task.kind);
});
