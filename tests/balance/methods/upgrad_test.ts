import assert from "node:assert/strict";
import fc from "fast-check";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import {
  combination,
  families,
  gramOf,
  inner,
  norm,
  normalRows,
  referenceGram,
  type Rows,
  weightsOf,
} from "../gradients.ts";

const upgrad = (G: Float64Array) => weightsOf(createBalancer("upgrad"), G);
const dualproj = (G: Float64Array) => weightsOf(createBalancer("dualproj"), G);

Deno.test("reference values", () => {
  // v_1 = [1, 22/38], v_2 = [22/18, 1].
  assertClose(upgrad(referenceGram), [(1 + 22 / 18) / 2, (22 / 38 + 1) / 2], 1e-15);
  assertClose(upgrad(referenceGram), [1.1111, 0.7895], 1e-4);
  // The mean is -2 against g_1: 2/18 more of it.
  assertClose(dualproj(referenceGram), [11 / 18, 0.5], 1e-15);
  assertClose(dualproj(referenceGram), [0.6111, 0.5], 1e-4);
});

Deno.test("gradients that agree keep their mean", () => {
  const G = gramOf(normalRows(1, 5, 40, 2));
  assert.ok(G.every((g) => g > 0));
  assertClose(upgrad(G), new Float64Array(5).fill(0.2), 1e-15);
  assertClose(dualproj(G), new Float64Array(5).fill(0.2), 1e-15);
});

/**
 * Dykstra's alternating projections onto the half-spaces g_i . d >= 0: slow, but on the vectors and by nothing that
 * the library does.
 */
function nearestInDualCone(d: Float64Array, rows: Rows): Float64Array {
  const x = d.slice(), corrections = rows.map(() => new Float64Array(d.length));
  for (let sweep = 0; sweep < 5_000; sweep++) {
    rows.forEach((row, i) => {
      const y = x.map((x, k) => x + corrections[i][k]);
      const t = Math.min(inner(row, y), 0) / inner(row, row);
      y.forEach((y, k) => {
        x[k] = y - t * row[k];
        corrections[i][k] = y - x[k];
      });
    });
  }
  return x;
}

Deno.test("the directions are projections onto the dual cone, found by another algorithm", () => {
  for (const [seed, K, n] of [[1, 3, 6], [2, 5, 8], [3, 6, 4]]) {
    const rows = normalRows(seed, K, n, 0.3), G = gramOf(rows), tolerance = 1e-6;
    const mean = combination(new Float64Array(K).fill(1 / K), rows);
    assertClose([...combination(dualproj(G), rows), 1], [...nearestInDualCone(mean, rows), 1], tolerance);
    const d = new Float64Array(n);
    for (const row of rows) nearestInDualCone(row, rows).forEach((x, k) => d[k] += x / K);
    assertClose([...combination(upgrad(G), rows), 1], [...d, 1], tolerance);
  }
});

Deno.test("two tasks: the sum of PCGrad is twice the mean of UPGrad", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0 }), fc.double({ min: -1, max: 1, noNaN: true }), (seed, shift) => {
      const G = gramOf(normalRows(seed, 2, 3, shift));
      assertClose(weightsOf(createBalancer("pcgrad"), G), upgrad(G).map((w) => 2 * w), 1e-12);
    }),
  );
});

Deno.test("the more a gradient is scaled up, the more the direction is its own", () => {
  const rows = normalRows(8, 3, 10);
  const longer = rows.map((row, i) => i === 1 ? row.map((x) => 1e6 * x) : row);
  const d = combination(upgrad(gramOf(longer)), longer);
  assert.ok(inner(d, rows[1]) / norm(d) / norm(rows[1]) > 0.5);
});

Deno.test("UPGrad solves its programs alike, whichever it solves before", () => {
  for (const [name, make] of Object.entries(families)) {
    const rows = make(4), reversed = rows.toReversed();
    const size = Math.max(...rows.map(norm));
    const d = combination(upgrad(gramOf(rows)), rows),
      other = combination(upgrad(gramOf(reversed)), reversed);
    assertClose([...other, size], [...d, size], 1e-9, name);
  }
});
