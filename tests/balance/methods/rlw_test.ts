import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";

function draws(seed: number, K: number, steps: number): Float64Array[] {
  const rlw = createBalancer("rlw", { seed }), losses = new Float64Array(K).fill(1);
  return Array.from({ length: steps }, (_, step) => rlw.weigh!({ losses, step }));
}

Deno.test("weights are positive, sum to 1 and are drawn anew in each step", () => {
  const weights = draws(0, 4, 50);
  for (const w of weights) {
    assert.ok(w.every((w) => w > 0));
    assertClose([w.reduce((sum, w) => sum + w, 0)], [1], 1e-15);
  }
  assert.equal(new Set(weights.map(String)).size, 50);
});

Deno.test("one seed draws alike, another differently", () => {
  assert.deepEqual(draws(3, 3, 5), draws(3, 3, 5));
  assert.notDeepEqual(draws(3, 3, 5), draws(4, 3, 5));
});

Deno.test("differences of the logarithms are those of standard normals, alike for every task", () => {
  const steps = 4000, weights = draws(1, 3, steps);
  for (const [i, j] of [[0, 1], [1, 2], [2, 0]]) {
    // log w_i - log w_j = z_i - z_j ~ N(0, 2): 4 standard errors of mean and variance.
    const gaps = weights.map((w) => Math.log(w[i] / w[j]));
    const mean = gaps.reduce((sum, x) => sum + x, 0) / steps;
    const variance = gaps.reduce((sum, x) => sum + (x - mean) ** 2, 0) / steps;
    assert.ok(Math.abs(mean) < 4 * Math.sqrt(2 / steps), `mean ${mean}`);
    assert.ok(Math.abs(variance - 2) < 4 * 2 * Math.sqrt(2 / steps), `variance ${variance}`);
  }
});
