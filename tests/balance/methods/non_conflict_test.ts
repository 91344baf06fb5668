/** Directions along which no loss rises, where the papers promise them. */
import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { combination, families, gramOf, inner, norm, scaleRows, weightsOf } from "../gradients.ts";

const promising: readonly [string, Record<string, unknown>][] = [
  ["mgda", {}],
  ["upgrad", {}],
  ["dualproj", {}],
  ["nash-mtl", {}],
  ["nash-mtl", { maxNorm: 0 }],
  ["fairgrad", { alpha: 0.5 }],
  ["fairgrad", { alpha: 2 }],
  ["cagrad", { c: 1 }],
  ["cagrad", { c: 3, rescale: 1 }],
];

for (const [name, options] of promising) {
  Deno.test(`${name} ${JSON.stringify(options)}: no gradient points against the direction, on every family`, () => {
    for (const [family, make] of Object.entries(families)) {
      for (const scale of [1e-12, 1, 1e12]) {
        for (let seed = 0; seed < 3; seed++) {
          const rows = scaleRows(make(seed), () => scale);
          const w = weightsOf(createBalancer(name, options), gramOf(rows)), d = combination(w, rows);
          // What rounding leaves of the terms that cancel in d.
          const terms = w.reduce((sum, w, i) => sum + Math.abs(w) * norm(rows[i]), 0);
          rows.forEach((row, i) => {
            const product = inner(row, d);
            assert.ok(
              product >= -1e-9 * norm(row) * terms,
              `${family}, seed ${seed}: g_${i} . d = ${product}`,
            );
          });
        }
      }
    }
  });
}

Deno.test("aligned-mtl conflicts with no aligned gradient, but may with an original one", () => {
  // G^(1/2) = [[2, -3], [-3, 11]] / sqrt 13: its first row sums to less than 0.
  const G = Float64Array.of(1, -3, -3, 10);
  const w = weightsOf(createBalancer("aligned-mtl"), G);
  assert.ok(G[0] * w[0] + G[1] * w[1] < 0);
});

Deno.test("the plain sum, for which nothing is promised, does conflict", () => {
  const rows = families["four tasks"](0).map((row, i) => i === 0 ? row.map((x) => -5 * x) : row);
  const sum = combination(weightsOf(createBalancer("ew"), gramOf(rows)), rows);
  assert.ok(Math.min(...rows.map((row) => inner(row, sum) / norm(row) / norm(sum))) < -0.05);
});
