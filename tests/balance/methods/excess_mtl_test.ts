import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";

const losses = Float64Array.of(1, 1);
const combine = (balancer: ReturnType<typeof createBalancer>, ...gradients: number[][]) =>
  balancer.combine!({
    losses: new Float64Array(gradients.length).fill(1),
    gradients: gradients.map((g) => Float32Array.from(g)),
    step: 0,
  });
/** Weights, read off gradients in directions of their own. */
const weightsOf = (d: Float32Array, gradients: number[][]) => gradients.map((g, i) => d[i] / g[i]);

Deno.test("the first step weighs all tasks by 1", () => {
  assertClose(combine(createBalancer("excess-mtl"), [3, 4], [-1, 2]), [2, 6], 1e-7);
});

Deno.test("the second step, computed by hand", () => {
  const balancer = createBalancer("excess-mtl", { eta: 0.5 });
  combine(balancer, [4, 0], [0, 12]);
  // S = [16 + 9, 144 + 25]: e = 9/5 over 4, 25/13 over 12; first values |g| = 4 and 12.
  const second = [[3, 0], [0, 5]], e = [9 / 5 / 4, 25 / 13 / 12];
  // Step one multiplied both by exp(.5), which the normalisation takes away.
  const raw = e.map((e) => Math.exp(0.5 * e)), sum = raw[0] + raw[1];
  const expected = raw.map((w) => 2 * w / sum);
  assertClose(weightsOf(combine(balancer, ...second), second), expected, 1e-6);
});

Deno.test("the larger a task's excess, the larger its weight", () => {
  const gradients = [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]];
  const balancer = createBalancer("excess-mtl", { eta: 0.1 });
  combine(balancer, ...gradients);
  // From one start, gradients that shrink to different shares of it.
  const later = gradients.map((g, i) => g.map((x) => x * [0.1, 0.3, 0.6, 1][i]));
  let before = [1, 1, 1, 1];
  for (let step = 0; step < 10; step++) {
    const w = weightsOf(combine(balancer, ...later), later);
    for (let i = 1; i < 4; i++) assert.ok(w[i] > w[i - 1], `step ${step}: ${w}`);
    assert.ok(w[3] > before[3] && w[0] < before[0], `step ${step}`);
    assertClose([w.reduce((sum, w) => sum + w, 0)], [4], 1e-6);
    before = w;
  }
});

Deno.test("the scale of a task's gradients does not count", () => {
  const run = (scale: number) => {
    const balancer = createBalancer("excess-mtl", { eta: 0.2 });
    combine(balancer, [2 * scale, 0], [0, 3]);
    const later = [[1 * scale, 0], [0, 1]];
    return weightsOf(combine(balancer, ...later), later);
  };
  for (const scale of [1e-30, 1e-12, 1e12, 1e30]) assertClose(run(scale), run(1), 1e-6, `${scale}`);
});

Deno.test("zero elements, zero gradients and gradients of a mean over many samples give no NaN", () => {
  const balancer = createBalancer("excess-mtl");
  const steps = [[[0, 0], [0, 0]], [[1e-38, 0], [0, 0]], [[1e-44, 1e-40], [1e-45, 0]], [[0, 0], [1, 1]]];
  for (const gradients of steps) {
    const d = combine(balancer, ...gradients);
    assert.ok(d.every(Number.isFinite), `${gradients}: ${d}`);
    assert.ok(Object.values(balancer.saveState!()).every((array) => array.every(Number.isFinite)));
  }
  assert.deepEqual([...balancer.saveState!().first].map((e) => e > 0), [true, true]);
});

Deno.test("another gradient length starts S again and keeps the weights", () => {
  const balancer = createBalancer("excess-mtl", { eta: 1 });
  combine(balancer, [1, 0, 0], [0, 1, 0]);
  combine(balancer, [1, 0, 0], [0, 0.1, 0]);
  const before = balancer.saveState!();
  balancer.combine!({ losses, gradients: [new Float32Array(2), new Float32Array(2)], step: 2 });
  const after = balancer.saveState!();
  assert.deepEqual(after.logWeights, before.logWeights);
  assert.deepEqual(after.first, before.first);
  assert.deepEqual(after.root, new Float32Array(4));
});
