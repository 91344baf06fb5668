import assert from "node:assert/strict";
import { glsObjective } from "../../../lib/balance/methods/gls.ts";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { slopesOf, someLosses } from "../finite_difference.ts";

const gls = (losses: Float64Array) => createBalancer("gls").weigh!({ losses, step: 0 });

Deno.test("reference value: of [1, 2, 4] the objective is 2, the weights 2 / (3 L)", () => {
  const losses = Float64Array.of(1, 2, 4);
  assertClose([glsObjective(losses)], [2], 1e-15);
  assertClose(gls(losses), [2 / 3, 1 / 3, 1 / 6], 1e-15);
});

Deno.test("the weights are the objective's derivative", () => {
  for (const losses of someLosses) assertClose(gls(losses), slopesOf(glsObjective, losses), 1e-9);
});

Deno.test("the objective has no overflow where the product has", () => {
  const losses = new Float64Array(64).fill(1e30);
  assertClose([glsObjective(losses)], [1e30], 1e-13);
  assertClose(gls(losses), new Float64Array(64).fill(1 / 64), 1e-13);
});

Deno.test("losses of 0 are left out: the others are weighed as if alone", () => {
  assertClose(gls(Float64Array.of(1, 0, 4)), [1, 0, 0.25], 1e-15);
  assert.equal(glsObjective(Float64Array.of(0, 4, 0)), 4);
  assert.equal(glsObjective(new Float64Array(3)), 0);
});
