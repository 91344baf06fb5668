import assert from "node:assert/strict";
import fc from "fast-check";
import { projectOntoSimplex, uniformWeights } from "../../../lib/balance/solvers/simplex_projection.ts";
import { assertClose } from "../close.ts";
import { inner } from "../gradients.ts";

Deno.test("the projection onto the simplex has its reference values", () => {
  const cases: [number[], number[]][] = [
    [[1, 1, 1], [1 / 3, 1 / 3, 1 / 3]],
    [[2, 0, -1], [1, 0, 0]],
    [[0.9, 0.6, 0.1], [0.65, 0.35, 0]],
    [[-7], [1]],
  ];
  for (const [y, expected] of cases) assertClose(projectOntoSimplex(y), expected, 1e-15, String(y));
});

Deno.test("numbers of any size project to a point of the simplex", () => {
  assert.deepEqual(projectOntoSimplex([-1e60, -2e60]), Float64Array.of(1, 0));
  assert.deepEqual(projectOntoSimplex([1e60, 1e60]), Float64Array.of(0.5, 0.5));
  assert.deepEqual(projectOntoSimplex([1e-60, 0]), Float64Array.of(0.5, 0.5));
});

Deno.test("the projection is the nearest point: y - Proj(y) points away from every vertex", () => {
  const vector = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(vector, (y) => {
    const x = projectOntoSimplex(y);
    assert.ok(x.every((xi) => xi >= 0));
    assert.ok(Math.abs(x.reduce((sum, xi) => sum + xi, 0) - 1) < 1e-10);
    const away = x.map((xi, i) => y[i] - xi);
    // (y - x) . (v - x) <= 0 for v in the simplex; its vertices are enough.
    const here = inner(away, x);
    for (const atVertex of away) assert.ok(atVertex - here <= 1e-9);
  }));
});

Deno.test("uniform weights sum to 1", () => {
  assert.deepEqual(uniformWeights(4), Float64Array.of(0.25, 0.25, 0.25, 0.25));
});
