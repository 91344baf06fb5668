import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import {
  combination,
  gramOf,
  inner,
  norm,
  normalRows,
  referenceGram,
  scaleRows,
  weightsOf,
} from "../gradients.ts";

const imtlG = () => createBalancer("imtl-g");

Deno.test("reference values, dependent gradients included", () => {
  const cases: [string, number[], number[], number][] = [
    ["[[18,-22],[-22,38]]", [...referenceGram], [0.5923, 0.4077], 1e-4],
    // Two independent rows: w_i proportional to 1 / |g_i|.
    ["orthogonal", [4, 0, 0, 1], [1 / 3, 2 / 3], 1e-14],
    // g_2 = 2 g_1: pinv(G) = v v^T / 25 with v = [1, 2].
    ["proportional", [1, 2, 2, 4], [1 / 3, 2 / 3], 1e-14],
    ["equal", [3, 3, 3, 3], [0.5, 0.5], 1e-14],
    // g_2 = -2 g_1: v = [1, -2], v . [1, 2] = -3.
    ["opposite, one twice as long", [1, -2, -2, 4], [-1, 2], 1e-14],
    ["opposite, of one length", [1, -1, -1, 1], [0.5, 0.5], 1e-14],
    ["none", [0, 0, 0, 0], [0.5, 0.5], 1e-14],
    ["one of two", [0, 0, 0, 9], [0, 1], 1e-14],
  ];
  for (const [name, gram, expected, tolerance] of cases) {
    assertClose(weightsOf(imtlG(), Float64Array.from(gram)), expected, tolerance, name);
  }
});

Deno.test("the direction has equal projections on independent unit gradients, and the weights sum to 1", () => {
  for (let seed = 0; seed < 20; seed++) {
    for (const scale of [() => 1, (i: number) => 10 ** (6 * (i - 3))]) {
      const rows = scaleRows(normalRows(seed, 7, 30, 0.2), scale);
      const w = weightsOf(imtlG(), gramOf(rows)), d = combination(w, rows);
      assert.ok(Math.abs(w.reduce((sum, w) => sum + w, 0) - 1) < 1e-9);
      const projections = rows.map((row) => inner(row, d) / norm(row));
      // Beside rows 1e18 times longer, the equality is one of the combination's terms.
      const terms = rows.reduce((sum, row, i) => sum + Math.abs(w[i]) * norm(row), 0);
      const spread = Math.max(...projections) - Math.min(...projections);
      assert.ok(spread <= 1e-11 * terms, `seed ${seed}: ${projections}`);
    }
  }
});

Deno.test("gradients of one direction count as one, whatever their number", () => {
  const [a, b] = normalRows(3, 2, 10);
  const twice = combination(weightsOf(imtlG(), gramOf([a, b, b])), [a, b, b]);
  const once = combination(weightsOf(imtlG(), gramOf([a, b])), [a, b]);
  assertClose(twice, once, 1e-12);
});
