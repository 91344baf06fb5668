import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import {
  combination,
  gramOf,
  norm,
  normalRows,
  referenceGram,
  referenceRows,
  scaleRows,
  weightsOf,
} from "../gradients.ts";

const multibalance = (options: Record<string, unknown> = {}) => createBalancer("multibalance", options);
/** Lambda after each of `steps` steps on one Gram matrix. */
const lambdas = (options: Record<string, unknown>, gram: Float64Array, steps: number) => {
  const balancer = multibalance(options);
  return Array.from({ length: steps }, () => {
    weightsOf(balancer, gram);
    return balancer.lambda!;
  });
};

Deno.test("three raw steps from u = 0 have their reference values", () => {
  const options = { start: "zero", gamma: 0.01, beta: 1, rho: 0.1, gram: "raw" };
  const expected = [[0.50055, 0.49945], [0.50271716, 0.49728284], [0.50744914, 0.49255086]];
  lambdas(options, referenceGram, 3).forEach((lambda, step) => assertClose(lambda, expected[step], 1e-8));
});

Deno.test("defaults are gamma .01, beta 1, rho .1, start first, cosine, tasks, multibalance", () => {
  const named = {
    gamma: 0.01,
    beta: 1,
    rho: 0.1,
    start: "first",
    gram: "cosine",
    scale: "tasks",
    direction: "multibalance",
  };
  const one = multibalance(), other = multibalance(named);
  for (let step = 0; step < 5; step++) {
    const G = gramOf(normalRows(step, 4, 6));
    assert.deepEqual(weightsOf(one, G), weightsOf(other, G));
  }
});

/** The steps of the paper on the vectors themselves: V is made, its products taken, d summed. */
Deno.test("the Gram matrix alone gives what the vectors give", () => {
  const gamma = 0.3, beta = 0.5, rho = 0.2, M = 4;
  const balancer = multibalance({ gamma, beta, rho, gram: "raw", scale: "simplex" });
  let u: number[] | undefined, lambda = new Float64Array(M).fill(1 / M);
  for (let step = 0; step < 6; step++) {
    const g = scaleRows(normalRows(step, M, 5), (i) => (1 + i) / 4);
    u = g.map((row, m) => u ? (1 - gamma) * u[m] + gamma * norm(row) : norm(row));
    const v = g.map((row, m) => row.map((x) => x * u![m] / norm(row)));
    const K = gramOf(v);
    const y = lambda.map((own, i) => {
      let slope = 0;
      for (let j = 0; j < M; j++) slope += K[i * M + j] * (lambda[j] + rho / M);
      return own - beta * slope;
    });
    // Proj(y), by halving tau until sum max(y - tau, 0) = 1.
    let low = Math.min(...y) - 1, high = Math.max(...y);
    for (let k = 0; k < 100; k++) {
      const tau = (low + high) / 2;
      if (y.reduce((sum, x) => sum + Math.max(x - tau, 0), 0) > 1) low = tau;
      else high = tau;
    }
    lambda = y.map((x) => Math.max(x - low, 0));
    const w = weightsOf(balancer, gramOf(g));
    assertClose(balancer.lambda!, lambda, 1e-12);
    assertClose(combination(w, g), combination(lambda, v), 1e-11);
  }
});

Deno.test("trap 1, start: from zero the first gradients shrink 1/gamma times, from the first they do not", () => {
  const G = gramOf(normalRows(1, 3, 6));
  const zero = weightsOf(multibalance({ start: "zero" }), G), first = weightsOf(multibalance(), G);
  assertClose(zero.map((w) => 100 * w), first, 1e-12);
});

Deno.test("trap 2, gram: raw steps scale with the gradients, cosine and trace steps do not", () => {
  const G = gramOf(normalRows(1, 3, 4)), uniform = [1 / 3, 1 / 3, 1 / 3];
  const afterStep = (gram: string, scale: number) => lambdas({ gram }, G.map((g) => g * scale * scale), 1)[0];
  for (const gram of ["cosine", "trace"]) {
    const moved = afterStep(gram, 1);
    assert.ok(Math.max(...moved) > 0.35, `${gram} should move: ${moved}`);
    for (const scale of [1e-30, 1e-4, 1e4, 1e30]) assertClose(afterStep(gram, scale), moved, 1e-9, gram);
  }
  assertClose(afterStep("raw", 1e-4), uniform, 1e-6);
  assertClose(afterStep("raw", 1e4).toSorted(), [0, 0, 1], 1e-12);
});

Deno.test("trap 2, gram: with two tasks the cosine never moves lambda, the trace does", () => {
  for (const lambda of lambdas({}, referenceGram, 5)) assertClose(lambda, [0.5, 0.5], 1e-15);
  const [moved] = lambdas({ gram: "trace" }, referenceGram, 1);
  // K over its trace: [[18, -22], [-22, 38]] / 56; slopes 1.1 [-2, 8] / 56.
  assertClose(moved, [0.5 + 1.1 * 5 / 56, 0.5 - 1.1 * 5 / 56], 1e-12);
});

Deno.test("trap 3, scale: tasks times the simplex weights compare with the sum of the losses", () => {
  const G = gramOf(normalRows(1, 5, 6));
  const simplex = weightsOf(multibalance({ scale: "simplex" }), G);
  assertClose(weightsOf(multibalance(), G), simplex.map((w) => 5 * w), 1e-15);
  assert.ok(Math.abs(simplex.reduce((sum, w) => sum + w, 0) - 1) < 1e-12, "at the first step u = |g|");
});

Deno.test("trap 4, direction: SDMGrad's blends in rho of the uniform combination", () => {
  const rho = 0.5, G = gramOf(normalRows(1, 3, 4));
  const plain = multibalance({ rho }), blended = multibalance({ rho, direction: "sdmgrad" });
  const w = weightsOf(plain, G), b = weightsOf(blended, G);
  assert.deepEqual(plain.lambda, blended.lambda);
  // At the first step u = |g|: weights are 3 lambda, and lambda0 gives 1.
  assertClose(b, w.map((w) => (w + rho) / (1 + rho)), 1e-14);
});

Deno.test("trap 5, no labels: weight 0, the magnitude as it was, never NaN", () => {
  const balancer = multibalance();
  const rows = normalRows(1, 3, 6), silent = scaleRows(rows, (i) => i === 1 ? 0 : 2);
  weightsOf(balancer, gramOf(rows));
  const before = balancer.saveState!().u[1];
  const w = weightsOf(balancer, gramOf(silent));
  assert.equal(w[1], 0);
  assert.ok(w[0] > 0 && w[2] > 0);
  assert.equal(balancer.saveState!().u[1], before);
});

Deno.test("trap 5, no labels at first: the magnitude starts at the task's first gradient", () => {
  const balancer = multibalance({ gamma: 0.5 });
  const rows = normalRows(1, 3, 6);
  weightsOf(balancer, gramOf(scaleRows(rows, (i) => i === 1 ? 0 : 1)));
  weightsOf(balancer, gramOf(rows));
  assertClose(balancer.saveState!().u, rows.map(norm), 1e-14);
});

Deno.test("the magnitude is a moving average; the direction is this batch's", () => {
  const balancer = multibalance({ gamma: 0.25, beta: 0, scale: "simplex" });
  weightsOf(balancer, referenceGram);
  // Gradients twice as long and turned round: u = .75 n + .25 (2 n) = 1.25 n, over their length 2 n.
  const w = weightsOf(balancer, referenceGram.map((g) => 4 * g));
  assertClose(w, [0.5 * 1.25 / 2, 0.5 * 1.25 / 2], 1e-15);
  const d = combination(w, scaleRows(referenceRows, () => -2));
  assertClose(d, [-1.25, -1.25, -1.25], 1e-14);
});

Deno.test("lambda stays on the simplex over many steps", () => {
  for (const gram of ["cosine", "trace", "raw"]) {
    const balancer = multibalance({ gram });
    for (let step = 0; step < 200; step++) {
      weightsOf(balancer, gramOf(normalRows(step, 6, 5)));
      const lambda = balancer.lambda!;
      assert.ok(lambda.every((x) => x >= 0));
      assert.ok(Math.abs(lambda.reduce((sum, x) => sum + x, 0) - 1) < 1e-12);
    }
  }
});
