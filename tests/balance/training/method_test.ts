import assert from "node:assert/strict";
import { balancerNames, methodOf, staticCandidates } from "../../../lib/balance/mod.ts";

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
  const candidates = staticCandidates([0.4, 0.1, 0.01], 9, 1);
  assert.equal(candidates.length, 9);
  assert.deepEqual(candidates[0], [1, 1, 1]);
  for (const weights of candidates) {
    assert.ok(Math.abs(weights.reduce((sum, w) => sum + w, 0) / 3 - 1) < 1e-12);
    assert.ok(weights.every((w) => w > 0));
  }
  // p = 1 weighs by the inverse entropy: the base-rate losses count alike.
  const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  const [w0, , w2] = candidates[2];
  assert.ok(Math.abs(w0 * entropy(0.4) - w2 * entropy(0.01)) < 1e-12);
  assert.deepEqual(candidates, staticCandidates([0.4, 0.1, 0.01], 9, 1));
});
