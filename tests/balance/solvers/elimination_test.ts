import assert from "node:assert/strict";
import { eliminate, eliminateAll, solveByElimination } from "../../../lib/balance/solvers/elimination.ts";
import { cosines, gramTimes, rowNorms } from "../../../lib/balance/solvers/gram.ts";
import { assertClose } from "../close.ts";
import { families, gramOf, inner, normalRows } from "../gradients.ts";

Deno.test("eliminating a row projects the others onto its complement", () => {
  const rows = normalRows(1, 4, 7), G = gramOf(rows), u = rows[2];
  eliminate(G, 4, 2);
  const left = rows.map((row, i) =>
    i === 2 ? new Float64Array(7) : row.map((x, k) => x - inner(row, u) / inner(u, u) * u[k])
  );
  assertClose(G, gramOf(left), 1e-14);
});

Deno.test("eliminating rows of rank 2 ends after two, and leaves nothing of what they span", () => {
  const [a, b, c] = normalRows(2, 3, 9);
  const rows = [a, b, a.map((x, k) => x - 2 * b[k]), c], G = gramOf(rows);
  eliminateAll(G, 4, [0, 1, 2], 1e-12);
  for (const i of [0, 1, 2]) for (let j = 0; j < 4; j++) assert.ok(Math.abs(G[i * 4 + j]) < 1e-12);
  assert.ok(G[15] > 1);
});

Deno.test("what is consistent is solved, on every family", () => {
  for (const [name, make] of Object.entries(families)) {
    const G = gramOf(make(2)), K = Math.sqrt(G.length), C = cosines(G, rowNorms(G, K));
    const b = gramTimes(C, normalRows("x", 1, K)[0]);
    const x = solveByElimination(C, b, 1e-13);
    assert.ok(x.every(Number.isFinite), name);
    assertClose([...gramTimes(C, x), 1], [...b, 1], 1e-6, name);
  }
});

Deno.test("of equations that contradict each other, one is solved", () => {
  const x = solveByElimination(Float64Array.of(1, 1, 1, 1), [1, 2], 1e-13);
  assert.deepEqual(x, Float64Array.of(1, 0));
});
