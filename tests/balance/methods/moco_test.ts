import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { combination, referenceRows } from "../gradients.ts";

const gradients = referenceRows.map((row) => Float32Array.from(row)), losses = Float64Array.of(1, 1);

Deno.test("three steps on constant gradients have their reference values", () => {
  const moco = createBalancer("moco", { beta: 0.5, gamma: 0.1, rho: 0.1 });
  // y tracks J: 1/2, 3/4, 7/8 of it.
  const cases: [number[], number][] = [
    [[0.625, 0.375], 0.5],
    [[0.5534375, 0.4465625], 0.75],
    [[0.7311502, 0.2688498], 0.875],
  ];
  cases.forEach(([lambda, tracked], step) => {
    const d = moco.combine!({ losses, gradients, step });
    assertClose(moco.lambda!, lambda, 1e-7);
    assertClose(d, combination(lambda, referenceRows).map((x) => tracked * x), 1e-6);
  });
});

Deno.test("with beta 1 and gamma 0 nothing is tracked: the mean of this batch's gradients", () => {
  const moco = createBalancer("moco", { beta: 1, gamma: 0 });
  for (const scale of [1, -3]) {
    const scaled = gradients.map((g) => g.map((x) => x * scale));
    const d = moco.combine!({ losses, gradients: scaled, step: 0 });
    assertClose(d, [1 * scale, 1 * scale, 1 * scale], 1e-7);
  }
});

Deno.test("another gradient length starts the tracking again and keeps lambda", () => {
  const moco = createBalancer("moco", { beta: 0.5, gamma: 0 });
  const shorter = gradients.map((g) => g.slice(0, 2));
  const tracked = (given: Float32Array[]) => Array.from(moco.combine!({ losses, gradients: given, step: 0 }));
  assert.deepEqual([tracked(gradients), tracked(gradients)], [[0.5, 0.5, 0.5], [0.75, 0.75, 0.75]]);
  assert.deepEqual([tracked(shorter), tracked(gradients)], [[0.5, 0.5], [0.5, 0.5, 0.5]]);

  const moving = createBalancer("moco", { beta: 0.5, gamma: 0.1, rho: 0 });
  moving.combine!({ losses, gradients, step: 0 });
  const lambda = moving.lambda!;
  assert.notDeepEqual(lambda, Float64Array.of(0.5, 0.5));
  moving.combine!({ losses, gradients: gradients.map(() => new Float32Array(2)), step: 1 });
  assert.deepEqual(moving.lambda, lambda);
});

Deno.test("tracking averages away the noise of single batches", () => {
  const moco = createBalancer("moco", { gamma: 0, beta: 0.05 });
  let d = 0;
  for (let step = 0; step < 400; step++) {
    const noisy = Float32Array.of(1 + (step % 2 === 0 ? 10 : -10));
    [d] = moco.combine!({ losses, gradients: [noisy, noisy], step });
  }
  // The noise is 10, what is left of it beta / (2 - beta) as much.
  assert.ok(Math.abs(d - 1) < 0.3, String(d));
});
