import assert from "node:assert/strict";
import { minimiseOnOrthant } from "../../../lib/balance/solvers/active_set.ts";
import { blockPivoting } from "../../../lib/balance/solvers/block_pivoting.ts";
import { dualConeCorrection } from "../../../lib/balance/solvers/dual_cone.ts";
import { gramTimes, rowNorms } from "../../../lib/balance/solvers/gram.ts";
import { assertClose } from "../close.ts";
import { combination, families, gramOf, inner, norm, normalRows } from "../gradients.ts";

Deno.test("KKT conditions of the projection of every row hold to 1e-12, from any neighbour, on every family", () => {
  for (const [name, make] of Object.entries(families)) {
    const rows = make(3), G = gramOf(rows), K = rows.length, n = rowNorms(G, K);
    let neighbour: Float64Array | undefined;
    for (let i = 0; i < K; i++) {
      const e = new Float64Array(K);
      e[i] = 1;
      neighbour = dualConeCorrection(G, e, neighbour);
      const v = neighbour.map((x, k) => e[k] + x), a = gramTimes(G, v), m = inner(v, n);
      a.forEach((a, k) => {
        const violation = neighbour![k] > 0 ? Math.abs(a) : Math.max(-a, 0);
        assert.ok(
          neighbour![k] >= 0 && violation <= 1e-12 * n[k] * m,
          `${name}, row ${i}: g_${k} . d = ${a}`,
        );
      });
    }
  }
});

Deno.test("block pivoting alone ends at the minimiser of most programs with independent rows", () => {
  let exact = 0;
  for (let seed = 0; seed < 40; seed++) {
    const rows = normalRows(seed, 20, 40), G = gramOf(rows), p = gramTimes(G, normalRows("u", 1, 20)[0]);
    const x = blockPivoting(G, p, []), best = minimiseOnOrthant(G, p);
    assert.ok(x.every((x) => x >= 0));
    if (x.every((x, i) => Math.abs(x - best[i]) < 1e-9)) exact++;
  }
  assert.ok(exact >= 36, `${exact} of 40`);
});

Deno.test("a start of block pivoting never leads an active set elsewhere", () => {
  for (const [name, make] of Object.entries(families)) {
    const rows = make(5), G = gramOf(rows), p = gramTimes(G, normalRows("u", 1, rows.length)[0]);
    const size = Math.max(...rows.map(norm));
    const cold = combination(minimiseOnOrthant(G, p), rows);
    const warm = combination(minimiseOnOrthant(G, p, blockPivoting(G, p, rows.keys())), rows);
    assertClose([...warm, size], [...cold, size], 1e-9, name);
  }
});
