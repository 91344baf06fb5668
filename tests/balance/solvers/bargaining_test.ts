import assert from "node:assert/strict";
import { bargainers } from "../../../lib/balance/solvers/bargaining.ts";
import { assertClose } from "../close.ts";
import { gramOf, normalRows, scaleRows } from "../gradients.ts";

Deno.test("who balances each other is found through several layers", () => {
  const cases: [string, number[][], number[]][] = [
    ["independent", [[1, 0], [0, 1]], [0, 1]],
    ["opposite", [[1, 0], [-3, 0]], []],
    ["opposite beside others", [[1, 0, 0], [-3, 0, 0], [5, 1, 0], [0, 0, 1]], [2, 3]],
    // Off e1, the third and fourth oppose each other; off e2 too, the fifth keeps e3.
    ["two layers", [[1, 0, 0], [-1, 0, 0], [1, 1, 0], [2, -1, 0], [0, 5, 1]], [4]],
    // The third lies in the plane that the balanced span.
    ["in the span", [[1, 0, 0], [-1, 0, 0], [7, 0, 0], [0, 1, 0]], [3]],
    ["zero", [[0, 0], [1, 1]], [1]],
  ];
  for (const [name, rows, able] of cases) {
    const vectors = rows.map((row) => Float64Array.from(row));
    for (const scale of [() => 1, (i: number) => 10 ** (5 * (i - 2))]) {
      const found = bargainers(gramOf(scaleRows(vectors, scale)), rows.length);
      assert.deepEqual(found.able, able, name);
      assert.equal(found.able.length + found.balanced.length, rows.length);
    }
  }
});

Deno.test("more tasks than dimensions balance each other, unless they agree", () => {
  assert.deepEqual(bargainers(gramOf(normalRows(1, 64, 5)), 64).able, []);
  assert.equal(bargainers(gramOf(normalRows(1, 64, 5, 3)), 64).able.length, 64);
});

Deno.test("those that bargain keep what is orthogonal to the balanced", () => {
  const rows = [[1, 0, 0], [-3, 0, 0], [5, 1, 0], [2, 1, 1]].map((row) => Float64Array.from(row));
  const { projected } = bargainers(gramOf(rows), 4);
  const left = rows.map((row) => Float64Array.of(0, row[1], row[2]));
  assertClose(projected, gramOf(left), 1e-14);
});
