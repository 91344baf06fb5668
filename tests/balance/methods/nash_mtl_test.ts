import assert from "node:assert/strict";
import { optimalityResiduals } from "../../../lib/balance/optimality/residuals.ts";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { assertClose } from "../close.ts";
import {
  combination,
  families,
  gramOf,
  inner,
  norm,
  normalRows,
  referenceGram,
  scaleRows,
  weightsOf,
} from "../gradients.ts";

const nash = (G: Float64Array, maxNorm = 0) => weightsOf(createBalancer("nash-mtl", { maxNorm }), G);
const fairgrad = (G: Float64Array, alpha?: number) => weightsOf(createBalancer("fairgrad", { alpha }), G);

Deno.test("reference values: two tasks in closed form", () => {
  // g_11 a_1^2 = g_22 a_2^2, so a_i = 1 / (|g_i| sqrt(1 + r)) with r the cosine.
  const r = -22 / Math.sqrt(18 * 38);
  const exact = [18, 38].map((square) => 1 / Math.sqrt(square * (1 + r)));
  assertClose(fairgrad(referenceGram), exact, 1e-14);
  assertClose(fairgrad(referenceGram), [0.5915, 0.4071], 1e-4);
  assertClose(nash(referenceGram), exact, 1e-14);
  // |d| = sqrt 2, clipped to 1 by default, to 0.25 on demand, and left alone where it is shorter.
  assertClose(weightsOf(createBalancer("nash-mtl"), referenceGram), exact.map((a) => a / Math.SQRT2), 1e-14);
  assertClose(nash(referenceGram, 0.25), exact.map((a) => a / Math.SQRT2 / 4), 1e-14);
  assertClose(nash(referenceGram, 2), exact, 1e-14);
});

Deno.test("orthogonal gradients: w_i = |g_i|^(-2 alpha / (1 + alpha))", () => {
  const G = Float64Array.of(4, 0, 0, 0, 9, 0, 0, 0, 0.01);
  for (const alpha of [0.1, 0.5, 1, 2, 5, 10]) {
    const expected = [4, 9, 0.01].map((square) => square ** (-alpha / (1 + alpha)));
    assertClose(fairgrad(G, alpha), expected, 1e-13, `alpha ${alpha}`);
  }
});

Deno.test("without the clip Nash-MTL is FairGrad with alpha 1, on every family", () => {
  for (const [name, make] of Object.entries(families)) {
    const G = gramOf(make(1));
    assert.deepEqual(nash(G), fairgrad(G, 1), name);
  }
});

Deno.test("G w = w^(-1/alpha) to 1e-8 where 0 is clearly outside the hull, at up to 64 tasks", () => {
  let solved = 0;
  for (const alpha of [0.1, 0.5, 1, 2, 10]) {
    for (
      const [K, n, shift] of [[2, 8, 0], [4, 32, 0], [10, 3, 1], [64, 128, 0], [64, 96, 0.3], [64, 5, 2]]
    ) {
      for (let seed = 0; seed < 3; seed++) {
        const G = gramOf(normalRows(seed, K, n, shift)), w = fairgrad(G, alpha);
        const shortest = weightsOf(createBalancer("mgda"), G), at = `alpha ${alpha}, K ${K}, seed ${seed}`;
        if (inner(shortest, shortest.map((_, i) => inner(G.subarray(i * K, i * K + K), shortest))) < 1e-3) {
          continue;
        }
        w.forEach((wi, i) => {
          const ratio = inner(G.subarray(i * K, i * K + K), w) * wi ** (1 / alpha);
          assert.ok(Math.abs(ratio - 1) < 1e-8, `${at}, row ${i}: ${ratio}`);
        });
        if (K === 64) solved++;
      }
    }
  }
  assert.ok(solved >= 40, `${solved} of 45 with 64 tasks`);
});

Deno.test("the product of the utilities is greatest: no other direction of that length has a greater one", () => {
  const rows = normalRows(3, 5, 12), d = combination(nash(gramOf(rows)), rows);
  const product = (d: Float64Array) => rows.reduce((sum, row) => sum + Math.log(inner(row, d)), 0);
  const best = product(d);
  for (const [k, step] of normalRows("step", 40, 12).entries()) {
    const other = d.map((x, i) => x + 0.03 * (k % 4 + 1) * step[i]);
    const size = norm(d) / norm(other), utility = product(other.map((x) => x * size));
    assert.ok(!(utility > best), `${utility} > ${best}`);
  }
});

Deno.test("rescaled gradients leave the direction as it is", () => {
  for (
    const make of [families["four tasks"], families["64 tasks"], families["ten tasks of rank 3 that agree"]]
  ) {
    const rows = make(2), scaled = scaleRows(rows, (i) => 10 ** (i % 7 - 3));
    for (const maxNorm of [0, 1]) {
      const d = combination(nash(gramOf(rows), maxNorm), rows);
      assertClose(combination(nash(gramOf(scaled), maxNorm), scaled), d, 1e-9);
    }
  }
});

Deno.test("alpha moves between the sum of the gradients and the worst-off task", () => {
  const rows = normalRows(6, 4, 20, 0.4), G = gramOf(rows);
  assertClose(fairgrad(G, 0.1), [1, 1, 1, 1], 0.5);
  const share = (alpha: number) => {
    const d = combination(fairgrad(G, alpha), rows), gains = rows.map((row) => inner(row, d));
    return Math.min(...gains) / Math.max(...gains);
  };
  const shares = [0.1, 0.5, 1, 2, 10].map(share);
  assert.deepEqual(shares, shares.toSorted((a, b) => a - b));
});

Deno.test("tasks that balance each other do not bargain, the others do with what is left of theirs", () => {
  // e1 against -2 e1; the third keeps e2 of e1 + e2, the fourth gains half of it.
  const rows = [[1, 0, 0], [-2, 0, 0], [1, 1, 0], [0, 0.5, 1]].map((row) => Float64Array.from(row));
  for (const alpha of [0.5, 1, 2]) {
    const w = fairgrad(gramOf(rows), alpha), d = combination(w, rows);
    const left = [[1, 0], [0.5, 1]].map((row) => Float64Array.from(row));
    const expected = combination(fairgrad(gramOf(left), alpha), left);
    assertClose(d, [0, ...expected], 1e-12);
    assert.ok(w.every((w) => w >= 0));
  }
});

Deno.test("a Pareto stationary point has no direction, and a task without a gradient no say", () => {
  const stationary: [string, number[]][] = [
    ["opposite", [1, -2, -2, 4]],
    ["three that sum to zero", [1, -0.5, -0.5, -0.5, 1, -0.5, -0.5, -0.5, 1]],
    ["none", [0, 0, 0, 0]],
  ];
  for (const [name, G] of stationary) {
    const K = Math.sqrt(G.length);
    assert.deepEqual(nash(Float64Array.from(G)), new Float64Array(K), name);
    assert.deepEqual(fairgrad(Float64Array.from(G), 2), new Float64Array(K), name);
  }
  assertClose(nash(Float64Array.of(0, 0, 0, 4)), [0, 0.5], 1e-15);
});

Deno.test("as 0 comes nearer to the hull, the weights grow and stay finite", () => {
  let last = 0;
  for (const lift of [1, 1e-2, 1e-4, 1e-6]) {
    const rows = [[1, lift], [-1, lift]].map((row) => Float64Array.from(row));
    const w = nash(gramOf(rows));
    // Each gains lift (w_1 + w_2) lift = 1 / w_i.
    assertClose(w, [1, 1].map((one) => one / lift / Math.SQRT2), lift < 1e-5 ? 1e-2 : 1e-7, `lift ${lift}`);
    assert.ok(w[0] > last);
    last = w[0];
  }
});

Deno.test("gradients of lengths from 1e-30 to 1e30 bargain as exactly as any", () => {
  for (const alpha of [0.1, 0.5, 1, 2]) {
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed), K = 6;
      const lengths = Float64Array.from({ length: K }, () => 10 ** (60 * random.uniform() - 30));
      const G = gramOf(scaleRows(normalRows(seed, K, 12), (i) => lengths[i]));
      const w = fairgrad(G, alpha);
      for (const { condition, residual } of optimalityResiduals("fairgrad", G, w, { alpha })) {
        assert.ok(residual < 1e-13, `alpha ${alpha}, seed ${seed}: ${condition}: ${residual}`);
      }
    }
  }
});

Deno.test("alpha beyond its range is refused", () => {
  assert.throws(
    () => createBalancer("fairgrad", { alpha: 0 }),
    /'alpha' is 0, expected a number from 0.1 to 10/,
  );
});
