import assert from "node:assert/strict";
import fc from "fast-check";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { minimiseOnOrthant } from "../../../lib/balance/solvers/active_set.ts";
import { assertClose } from "../close.ts";
import { combination, gramOf, inner, normalRows, referenceGram, type Rows, weightsOf } from "../gradients.ts";

/** Algorithm 1 of the paper on the vectors themselves; `orders[i]` are the tasks that g_i is projected against. */
function onVectors(rows: Rows, orders: readonly (readonly number[])[]): Float64Array {
  const d = new Float64Array(rows[0].length);
  rows.forEach((row, i) => {
    const g = row.slice();
    for (const j of orders[i]) {
      const product = inner(g, rows[j]);
      if (product < 0) g.forEach((_, k) => g[k] -= product / inner(rows[j], rows[j]) * rows[j][k]);
    }
    g.forEach((x, k) => d[k] += x);
  });
  return d;
}

const others = (K: number, i: number) => Array.from({ length: K }, (_, j) => j).filter((j) => j !== i);

Deno.test("reference values: the sum of the projected gradients", () => {
  const expected = [1 + 22 / 18, 1 + 22 / 38];
  for (const order of ["random", "ascending"]) {
    assertClose(weightsOf(createBalancer("pcgrad", { order }), referenceGram), expected, 1e-15, order);
  }
});

Deno.test("gradients that agree are summed as they are", () => {
  const G = gramOf(normalRows(1, 5, 40, 2));
  assert.ok(G.every((g) => g > 0));
  assert.deepEqual(weightsOf(createBalancer("pcgrad"), G), new Float64Array(5).fill(1));
});

Deno.test("the Gram matrix alone gives what the vectors give, in ascending order", () => {
  fc.assert(fc.property(fc.integer({ min: 0 }), fc.integer({ min: 1, max: 12 }), (seed, K) => {
    const rows = normalRows(seed, K, 5);
    const w = weightsOf(createBalancer("pcgrad", { order: "ascending" }), gramOf(rows));
    const d = onVectors(rows, rows.map((_, i) => others(K, i)));
    assertClose(combination(w, rows), d, 1e-9);
  }));
});

Deno.test("a random order is one of the orders, drawn anew in each step, alike for one seed", () => {
  // All three conflict, so that the order counts.
  const rows = [[1, 0], [-0.6, 1], [-0.5, -1.2]].map((row) => Float64Array.from(row)), G = gramOf(rows);
  const swaps = [0, 1, 2, 3, 4, 5, 6, 7];
  const possible = swaps.map((bits) =>
    onVectors(rows, rows.map((_, i) => (bits >> i) & 1 ? others(3, i).reverse() : others(3, i)))
  );
  const outcomes = (seed: number) => {
    const balancer = createBalancer("pcgrad", { seed });
    return Array.from({ length: 30 }, () => {
      const d = combination(weightsOf(balancer, G), rows);
      const found = possible.findIndex((p) => Math.max(...p.map((x, k) => Math.abs(x - d[k]))) < 1e-12);
      assert.ok(found >= 0, `${d} comes from no order`);
      return found;
    });
  };
  assert.ok(new Set(outcomes(1)).size > 1, "every step drew the same order");
  assert.deepEqual(outcomes(1), outcomes(1));
  assert.notDeepEqual(outcomes(1), outcomes(2));
});

Deno.test("of two tasks neither points against the direction", () => {
  for (let seed = 0; seed < 30; seed++) {
    const rows = normalRows(seed, 2, 3);
    const d = combination(weightsOf(createBalancer("pcgrad"), gramOf(rows)), rows);
    for (const row of rows) assert.ok(inner(row, d) >= -1e-12);
  }
});

Deno.test("of two tasks the projections are UPGrad's: argmin of v^T G v over v >= e_i, summed", () => {
  for (let seed = 0; seed < 30; seed++) {
    const G = gramOf(normalRows(seed, 2, 3));
    const upgrad = [0, 1].map((i) => minimiseOnOrthant(G, G.slice(2 * i, 2 * i + 2)));
    const sum = upgrad[0].map((v, k) => 1 + v + upgrad[1][k]);
    assertClose(weightsOf(createBalancer("pcgrad"), G), sum, 1e-12);
  }
});
