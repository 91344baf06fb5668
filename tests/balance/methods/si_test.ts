import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { slopesOf, someLosses } from "../finite_difference.ts";
import { assertClose } from "../close.ts";

const si = (losses: Float64Array) => createBalancer("si").weigh!({ losses, step: 0 });

Deno.test("weights are 1 / L", () => {
  assert.deepEqual(si(Float64Array.of(1, 2, 4)), Float64Array.of(1, 0.5, 0.25));
});

Deno.test("they are the derivative of the sum of logarithms", () => {
  const objective = (losses: Float64Array) => losses.reduce((sum, loss) => sum + Math.log(loss), 0);
  for (const losses of someLosses) assertClose(si(losses), slopesOf(objective, losses), 1e-9);
});

Deno.test("rescaling a loss leaves its weighted value", () => {
  const losses = Float64Array.of(0.3, 5), scaled = Float64Array.of(0.3e20, 5e-20);
  for (const given of [losses, scaled]) assertClose(si(given).map((w, i) => w * given[i]), [1, 1], 1e-15);
});
