import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";

/** Weights of each call, for the losses of each call. */
function run(options: Record<string, unknown>, losses: readonly (readonly number[])[]): Float64Array[] {
  const dwa = createBalancer("dwa", options);
  return losses.map((losses, step) => dwa.weigh!({ losses: Float64Array.from(losses), step }));
}

/** 2 softmax([a, b]) */
const twoSoftmax = (a: number, b: number) => [2 / (1 + Math.exp(b - a)), 2 / (1 + Math.exp(a - b))];

Deno.test("reference value: ones in epochs 0 and 1, then 2 softmax([.5, 2]) after [1, 1] and [1, 4]", () => {
  const [zero, one, two] = run({}, [[1, 1], [1, 4], [9, 9]]);
  assert.deepEqual([zero, one], [Float64Array.of(1, 1), Float64Array.of(1, 1)]);
  assertClose(two, twoSoftmax(0.5, 2), 1e-15);
});

Deno.test("the temperature divides the ratios", () => {
  for (const T of [0.01, 0.5, 1, 8]) {
    const weights = run({ temperature: T }, [[2, 1], [1, 1.5], [9, 9]]);
    assertClose(weights[2], twoSoftmax(0.5 / T, 1.5 / T), 1e-14, `T ${T}`);
  }
});

Deno.test("an epoch of several steps counts by its mean, and the weights hold for a whole epoch", () => {
  const losses = [[1, 2], [3, 2], /* */ [1, 7], [1, 9], /* */ [5, 5], [6, 6], /* */ [1, 1], [1, 1]];
  const weights = run({ stepsPerEpoch: 2 }, losses);
  // Means [2, 2], [1, 8], [5.5, 5.5].
  const expected = [[1, 1], [1, 1], twoSoftmax(0.25, 2), twoSoftmax(5.5 / 2, 5.5 / 16)];
  weights.forEach((w, step) => assertClose(w, expected[Math.floor(step / 2)], 1e-14, `step ${step}`));
});

Deno.test("the weights sum to the number of tasks", () => {
  const [, , w] = run({}, [[1, 2, 3, 4, 5], [5, 1, 2, 2, 0.1], [1, 1, 1, 1, 1]]);
  assertClose([w.reduce((sum, w) => sum + w, 0)], [5], 1e-14);
});

Deno.test("a loss of 0 is no sample, and a task without samples has ratio 1", () => {
  const counted = run({ stepsPerEpoch: 2 }, [[1, 2], [1, 0], [1, 4], [1, 4], [1, 1]]);
  assertClose(counted[4], twoSoftmax(0.5, 1), 1e-15);
  for (const [first, second] of [[0, 7], [7, 0], [0, 0]]) {
    const [, , w] = run({}, [[1, first], [1, second], [1, 1]]);
    assertClose(w, [1, 1], 1e-15, `${first}, ${second}`);
  }
});
