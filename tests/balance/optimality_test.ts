import assert from "node:assert/strict";
import { createBalancer, optimalityResiduals } from "../../lib/balance/mod.ts";
import { gramOf, normalRows, referenceGram } from "./gradients.ts";

const worst = (weights: number[]) =>
  Math.max(
    ...optimalityResiduals("mgda", referenceGram, Float64Array.from(weights)).map(({ residual }) => residual),
  );

Deno.test("the conditions hold at the optimum alone", () => {
  assert.ok(worst([0.6, 0.4]) < 1e-15);
  for (const weights of [[0.61, 0.39], [1, 0], [0.5, 0.5], [0.66, 0.44], [1.2, -0.2]]) {
    assert.ok(worst(weights) > 1e-3, `${weights}`);
  }
});

Deno.test("MGDA meets them for 50 tasks; methods without conditions have none", () => {
  const gram = gramOf(normalRows(5, 50, 80));
  const weights = createBalancer("mgda").weigh!({ losses: new Float64Array(50), gram, step: 0 });
  for (const { condition, residual } of optimalityResiduals("mgda", gram, weights)) {
    assert.ok(residual < 1e-12, `${condition}: ${residual}`);
  }
  assert.deepEqual(optimalityResiduals("ew", referenceGram, Float64Array.of(1, 1)), []);
});
