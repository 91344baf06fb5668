import assert from "node:assert/strict";
import { adamStep, noMoments } from "../../../lib/balance/solvers/scalar_adam.ts";
import { assertClose } from "../close.ts";

Deno.test("steps are those of Kingma & Ba's algorithm 1", () => {
  const x = Float64Array.of(1, -2), moments = noMoments(2), gradients = [0.5, -3, 2, 2];
  let m = 0, v = 0, expected = -2;
  gradients.forEach((g, step) => {
    adamStep(x, 1, g, moments, 0.1);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    expected -= 0.1 * m / (1 - 0.9 ** (step + 1)) / (Math.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8);
    assertClose([x[1]], [expected], 1e-14, `step ${step}`);
  });
  assert.equal(x[0], 1, "the other scalar sits out");
  assert.deepEqual([...moments.t], [0, 4]);
});

Deno.test("on a parabola it finds the minimum", () => {
  const x = Float64Array.of(5), moments = noMoments(1);
  for (let step = 0; step < 2000; step++) adamStep(x, 0, 2 * (x[0] - 3), moments, 0.05);
  assertClose(x, [3], 1e-6);
});

Deno.test("endless gradients and rates leave finite numbers, with finite exponentials", () => {
  const x = new Float64Array(1), moments = noMoments(1);
  for (const gradient of [Infinity, -Infinity, 1e308, -1e308, 0, 1e-308]) {
    adamStep(x, 0, gradient, moments, 1e300);
    assert.ok([x, moments.m, moments.v].every(([value]) => Number.isFinite(value)), `${gradient}`);
    assert.ok(Number.isFinite(Math.exp(x[0])) && Number.isFinite(Math.exp(-x[0])), `${x[0]}`);
  }
});
