import assert from "node:assert/strict";
import { stchObjective } from "../../../lib/balance/methods/stch.ts";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { slopesOf, someLosses } from "../finite_difference.ts";

/** Weights of each call, for the losses of each call. */
function run(options: Record<string, unknown>, losses: readonly (readonly number[])[]): Float64Array[] {
  const stch = createBalancer("stch", options);
  return losses.map((losses, step) => stch.weigh!({ losses: Float64Array.from(losses), step }));
}

Deno.test("warm-up and nadir epoch weigh by 1 / L, the later ones by the smooth maximum", () => {
  const warm = [[2, 4], [2, 5], [4, 1], [8, 8]];
  const weights = run({}, [...warm, [1, 2], [3, 2]]);
  warm.forEach((losses, step) => assertClose(weights[step], losses.map((loss) => 1 / loss), 1e-15));
  assertClose(weights[4], [1, 0.5], 1e-15);
  // L / nadir = [3, 1], mu 1: K softmax(log [3, 1]) / L = 2 [3/4, 1/4] / [3, 2].
  assertClose(weights[5], [0.5, 0.25], 1e-15);
});

Deno.test("the nadir is the mean over all steps of its epoch", () => {
  const epochs = [[9, 9], [9, 9], /* nadir */ [1, 2], [3, 2], /* */ [4, 2]];
  const weights = run({ warmupEpochs: 1, stepsPerEpoch: 2, mu: 0.5 }, epochs);
  assertClose(weights[3], [1 / 3, 1 / 2], 1e-15);
  // L / nadir = [2, 1], squared by mu: 2 [4/5, 1/5] / [4, 2].
  assertClose(weights[4], [0.4, 0.2], 1e-15);
});

Deno.test("the weights are the objective's derivative, at every smoothing", () => {
  const nadir = [0.5, 1, 3, 0.7];
  for (const mu of [0.05, 0.5, 1, 10]) {
    for (const losses of someLosses) {
      const [, w] = run({ mu, warmupEpochs: 0 }, [nadir, [...losses]]);
      const objective = (losses: Float64Array) => stchObjective(losses, Float64Array.from(nadir), mu);
      assertClose(w, slopesOf(objective, losses), 1e-8, `mu ${mu}`);
    }
  }
});

Deno.test("the objective lies between K times the largest logarithm and mu log K more", () => {
  const losses = Float64Array.of(2, 6, 1), nadir = Float64Array.of(1, 2, 3), largest = 3 * Math.log(3);
  for (const mu of [0.001, 0.1, 1, 5]) {
    const value = stchObjective(losses, nadir, mu);
    assert.ok(value >= largest && value <= largest + 3 * mu * Math.log(3), `mu ${mu}: ${value}`);
  }
  // Sum of the ratios at mu 1: 2 + 3 + 1/3.
  assertClose([stchObjective(losses, nadir, 1)], [3 * Math.log(16 / 3)], 1e-15);
});

Deno.test("the smaller mu, the nearer the weights to the largest ratio alone", () => {
  const [, w] = run({ mu: 0.001, warmupEpochs: 0 }, [[1, 1, 1], [2, 3, 1]]);
  assertClose(w, [0, 1, 0], 1e-15);
});

Deno.test("a loss of 0 has weight 0, and a nadir without a sample is a task's first loss after it", () => {
  const weights = run({ warmupEpochs: 0 }, [[2, 0], [6, 0], [2, 5], [2, 15]]);
  // One task left: K = 1, softmax 1.
  assertClose(weights[0], [0.5, 0], 1e-15);
  assertClose(weights[1], [1 / 6, 0], 1e-15);
  assertClose(weights[2], [2 * 0.5 / 2, 2 * 0.5 / 5], 1e-15);
  assertClose(weights[3], [2 * 0.25 / 2, 2 * 0.75 / 15], 1e-15);
});
