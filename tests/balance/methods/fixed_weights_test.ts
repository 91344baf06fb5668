import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";

const losses = Float64Array.of(0.1, 2, 30);

Deno.test("equal weights are 1, static weights as given", () => {
  assert.deepEqual(createBalancer("ew").weigh!({ losses, step: 0 }), Float64Array.of(1, 1, 1));
  const tuned = createBalancer("static", { weights: [0.5, 0, 2] });
  assert.deepEqual(tuned.weigh!({ losses, step: 0 }), Float64Array.of(0.5, 0, 2));
});

Deno.test("static weights for another number of tasks are refused", () => {
  const balancer = createBalancer("static", { weights: [1, 2] });
  assert.throws(
    () => balancer.weigh!({ losses, step: 0 }),
    /'weights' has 2 elements, expected 3, one a loss/,
  );
});
