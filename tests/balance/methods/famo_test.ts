import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { slopesOf } from "../finite_difference.ts";

const EPSILON = 1e-8;
const exp = Math.exp, log = Math.log;

Deno.test("the first weights are inverse losses that sum to 1", () => {
  const w = createBalancer("famo").weigh!({ losses: Float64Array.of(1, 3), step: 0 });
  assertClose(w, [0.75, 0.25], 1e-8);
  // The authors' epsilon of 1e-8 bounds what nearly no loss can weigh: 1 / 2e-8 and 1 / 4e-8.
  assertClose(
    createBalancer("famo").weigh!({ losses: Float64Array.of(1e-8, 3e-8), step: 0 }),
    [2 / 3, 1 / 3],
    1e-12,
  );
});

Deno.test("two steps, computed by hand", () => {
  const famo = createBalancer("famo", { lr: 0.1, gamma: 0.5 });
  const losses = [[1, 3], [0.5, 2.7], [0.4, 1.5]];
  const weights = losses.map((losses, step) => famo.weigh!({ losses: Float64Array.from(losses), step }));

  // Step 1: delta = log [1 / .5, 3 / 2.7]; z = 1/2: the slope is z_i (delta_i - mean), w = 0 has no decay.
  const delta1 = [log(2), log(3 / 2.7)], g1 = 0.25 * (delta1[0] - delta1[1]);
  // Adam's first step is lr against the sign, whatever the size: the task that fell faster loses.
  const w1 = [-0.1, 0.1];
  assertClose(weights[1], share(w1, losses[1]), 1e-7);

  // Step 2, z = softmax(w1).
  const z = 1 / (1 + exp(0.2)), delta2 = [log(0.5 / 0.4), log(2.7 / 1.5)];
  const mean = z * delta2[0] + (1 - z) * delta2[1];
  const g2 = [z * (delta2[0] - mean) + 0.5 * w1[0], (1 - z) * (delta2[1] - mean) + 0.5 * w1[1]];
  const w2 = w1.map((w, i) => {
    const first = i === 0 ? g1 : -g1;
    const m = (0.09 * first + 0.1 * g2[i]) / 0.19;
    const v = (0.000999 * first ** 2 + 0.001 * g2[i] ** 2) / 0.001999;
    return w - 0.1 * m / Math.sqrt(v);
  });
  assertClose(famo.saveState!().w, w2, 1e-6);
  assertClose(weights[2], share(w2, losses[2]), 1e-6);
});

/** z_i / D_i over its sum: the authors' weights. */
function share(w: readonly number[], losses: readonly number[], minima = losses.map(() => 0)): number[] {
  const ratios = w.map((w, i) => exp(w) / (losses[i] - minima[i] + EPSILON));
  const sum = ratios.reduce((sum, ratio) => sum + ratio, 0);
  return ratios.map((ratio) => ratio / sum);
}

Deno.test("the weights are the derivative of sum z log(D) / c with c held", () => {
  const famo = createBalancer("famo", { lr: 0.5, minLosses: [-2, 0, 0.1] });
  const steps = [[1, 2, 3], [0.5, 1.9, 3], [-1, 1.2, 2], [-1.5, 3, 0.2]];
  const minima = [-2, 0, 0.1];
  steps.forEach((given, step) => {
    const losses = Float64Array.from(given), weights = famo.weigh!({ losses, step });
    const w = Array.from(famo.saveState!().w), total = w.reduce((sum, w) => sum + exp(w), 0);
    const z = w.map((w) => exp(w) / total), D = losses.map((loss, i) => loss - minima[i] + EPSILON);
    const c = z.reduce((sum, z, i) => sum + z / D[i], 0);
    const objective = (losses: Float64Array) =>
      losses.reduce((sum, loss, i) => sum + z[i] * log(loss - minima[i] + EPSILON) / c, 0);
    assertClose(weights, slopesOf(objective, losses), 1e-7, `step ${step}`);
  });
});

Deno.test("a task whose loss falls more slowly than the others' gains weight", () => {
  const famo = createBalancer("famo");
  const weightedLoss: number[] = [];
  for (let step = 0; step < 30; step++) {
    const losses = Float64Array.of(0.97 ** step, 0.8 ** step);
    const w = famo.weigh!({ losses, step });
    weightedLoss.push(w[0] * losses[0] / (w[1] * losses[1]));
  }
  for (let step = 2; step < 30; step++) assert.ok(weightedLoss[step] > weightedLoss[step - 1], `${step}`);
});

Deno.test("gamma pulls w back to equal logits", () => {
  const spread = (gamma: number) => {
    const famo = createBalancer("famo", { gamma });
    for (let step = 0; step < 200; step++) famo.weigh!({ losses: Float64Array.of(0.99 ** step, 1), step });
    const { w } = famo.saveState!();
    return w[1] - w[0];
  };
  assert.ok(spread(0) > 2 * spread(0.05) && spread(0.05) > 0, `${spread(0)}, ${spread(0.05)}`);
});

Deno.test("a task at its minimum sits out: the others' w moves as if they were alone", () => {
  const three = createBalancer("famo"), two = createBalancer("famo");
  for (const [a, b] of [[1, 2], [0.5, 1.9], [0.6, 1], [0.3, 1]]) {
    const all = three.weigh!({ losses: Float64Array.of(a, 0, b), step: 0 });
    const alone = two.weigh!({ losses: Float64Array.of(a, b), step: 0 });
    assert.deepEqual(all, Float64Array.of(alone[0], 0, alone[1]));
  }
  assert.deepEqual([three.saveState!().w[1], three.saveState!().t[1]], [0, 0]);
  assert.notEqual(three.saveState!().w[0], 0);
});

Deno.test("a loss at its minimum has weight 0, and delta spans the steps around it", () => {
  const skipping = createBalancer("famo"), direct = createBalancer("famo");
  const weigh = (famo: typeof skipping, ...losses: number[]) =>
    famo.weigh!({ losses: Float64Array.from(losses), step: 0 });
  weigh(skipping, 1, 2);
  assert.deepEqual(weigh(skipping, 0, 2), Float64Array.of(0, 1));
  assert.deepEqual(skipping.saveState!().w, new Float64Array(2), "no loss has moved");
  weigh(direct, 1, 2);
  weigh(skipping, 0.5, 2);
  weigh(direct, 0.5, 2);
  assert.ok(skipping.saveState!().w[0] < 0 && direct.saveState!().w[0] < 0);
  assert.deepEqual(weigh(skipping, 0, 0), new Float64Array(2));
});

Deno.test("losses below their minimum and minima of another number are refused, the state kept", () => {
  const famo = createBalancer("famo", { minLosses: [0, -1] });
  const weigh = (...losses: number[]) => famo.weigh!({ losses: Float64Array.from(losses), step: 0 });
  assert.throws(() => weigh(1, -2), /loss 1 is -2, expected at least -1; set option 'minLosses'/);
  assert.deepEqual(famo.saveState!(), {});
  weigh(1, -0.5);
  const before = famo.saveState!();
  assert.throws(() => weigh(-0.1, 1), RangeError);
  assert.deepEqual(famo.saveState!(), before);
  famo.reset();
  assert.throws(() => weigh(1), /option 'minLosses' has 2 elements, expected 1, one a loss/);
});
