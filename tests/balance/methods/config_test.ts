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

const config = (G: ArrayLike<number>) => weightsOf(createBalancer("config"), Float64Array.from(G));

Deno.test("reference values: two tasks meet in the middle, orthogonal ones too", () => {
  // The bisector, as long as both projections on it: w_i = (|g_1| + |g_2|) / (2 |g_i|).
  const n = [Math.sqrt(18), Math.sqrt(38)], sum = n[0] + n[1];
  assertClose(config(referenceGram), n.map((n) => sum / 2 / n), 1e-13);
  assertClose(config([9, 0, 0, 0, 4, 0, 0, 0, 1]), [6 / 9, 6 / 6, 6 / 3], 1e-14);
});

Deno.test("every gradient has the same positive cosine with the direction, whatever the lengths", () => {
  for (const scale of [() => 1, (i: number) => 10 ** (2 * (i - 3))]) {
    const rows = scaleRows(normalRows(2, 7, 30), scale), d = combination(config(gramOf(rows)), rows);
    const cosines = rows.map((row) => inner(row, d) / norm(row) / norm(d));
    assert.ok(cosines[0] > 0);
    assertClose(cosines, cosines.map(() => cosines[0]), 1e-9);
    const projections = rows.reduce((sum, row) => sum + inner(row, d) / norm(d), 0);
    assertClose([norm(d)], [projections], 1e-9);
  }
});

Deno.test("dependent gradients: equal ones count once, opposite ones leave no direction", () => {
  const cases: [string, number[], number[]][] = [
    ["equal", [4, 4, 4, 4], [1, 1]],
    ["proportional", [1, 3, 3, 9], [2, 2 / 3]],
    ["opposite", [1, -2, -2, 4], [0, 0]],
    ["none", [0, 0, 0, 0], [0, 0]],
    ["one of two", [0, 0, 0, 9], [0, 1]],
  ];
  for (const [name, G, expected] of cases) {
    assertClose([...config(G), 1], [...expected, 1], 1e-14, name);
  }
});
