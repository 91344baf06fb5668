import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { minimiseOnOrthant } from "../../../lib/balance/solvers/active_set.ts";
import { gramTimes } from "../../../lib/balance/solvers/gram.ts";
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

const cagrad = (c: number, rescale = 0) => createBalancer("cagrad", { c, rescale });
const meanOf = (rows: Rows) => combination(new Float64Array(rows.length).fill(1 / rows.length), rows);

Deno.test("reference values, by rescaling", () => {
  // w = [1, 0]: 1/2 + c |g0| / |g_1| with |g0| = sqrt 3, |g_1| = sqrt 18.
  const plain = [0.5 + 0.5 * Math.sqrt(3 / 18), 0.5];
  assertClose(weightsOf(createBalancer("cagrad"), referenceGram), [0.7041, 0.5], 1e-4);
  [1, 1.25, 1.5].forEach((divisor, rescale) => {
    assertClose(weightsOf(cagrad(0.5, rescale), referenceGram), plain.map((w) => w / divisor), 1e-14);
  });
});

/**
 * max over |d - g0| <= c |g0| of min_i g_i . d  =  min over the simplex of F(w): whatever w, F(w) is an upper bound
 * of what any d reaches, so a d and a w that agree prove each other best.
 */
Deno.test("the direction is proven best by its dual, on every family", () => {
  let proven = 0, balanced = 0;
  for (const [name, make] of Object.entries(families)) {
    for (const c of [0.1, 0.5, 0.9, 1, 4]) {
      for (let seed = 0; seed < 3; seed++) {
        const rows = make(seed), K = rows.length;
        const weights = weightsOf(cagrad(c), gramOf(rows));
        const d = combination(weights, rows), g0 = meanOf(rows), at = `${name}, c ${c}, seed ${seed}`;
        const longest = Math.max(...rows.map(norm));
        const tolerance = 1e-9 * longest * (1 + c) * norm(g0) + 1e-14 * longest ** 2;

        const away = norm(d.map((x, k) => x - g0[k]));
        assert.ok(away <= c * norm(g0) * (1 + 1e-9) + 1e-14 * longest, `${at}: |d - g0| = ${away}`);

        const worst = Math.min(...rows.map((row) => inner(row, d)));
        const excess = weights.map((w) => w - 1 / K), sum = excess.reduce((sum, w) => sum + w, 0);
        assert.ok(excess.every((w) => w >= -1e-12 * Math.abs(sum)), at);
        if (away < 0.999 * c * norm(g0) || sum === 0) {
          // Inside the ball: g_w = 0 is best, F = 0, and no direction improves every task.
          assert.ok(worst >= -tolerance, `${at}: ${worst}`);
          balanced++;
          continue;
        }
        const gw = combination(excess.map((w) => w / sum), rows);
        const bound = inner(gw, g0) + c * norm(g0) * norm(gw);
        assert.ok(bound - worst <= tolerance, `${at}: ${worst} of ${bound}`);
        proven++;
      }
    }
  }
  assert.ok(proven > 50 && balanced > 10, `${proven} proven, ${balanced} balanced`);
});

Deno.test("from c = 1 on no gradient points against the direction, on every family", () => {
  for (const [name, make] of Object.entries(families)) {
    for (const c of [1, 2, 10]) {
      const rows = make(1), d = combination(weightsOf(cagrad(c), gramOf(rows)), rows);
      const size = norm(d) + Math.max(...rows.map(norm));
      for (const row of rows) assert.ok(inner(row, d) >= -1e-9 * norm(row) * size, `${name}, c ${c}`);
    }
  }
});

Deno.test("c = 0 is the mean gradient, and small c is near it", () => {
  const G = gramOf(normalRows(2, 4, 20));
  assert.deepEqual(weightsOf(cagrad(0), G), new Float64Array(4).fill(0.25));
  assertClose(weightsOf(cagrad(1e-9), G), new Float64Array(4).fill(0.25), 1e-7);
});

Deno.test("as c grows, the direction over c |g0| becomes MGDA's unit direction", () => {
  for (const c of [1e6, 1e10]) {
    const rows = normalRows(2, 4, 20);
    const d = combination(weightsOf(cagrad(c), gramOf(rows)), rows);
    const shortest = combination(weightsOf(createBalancer("mgda"), gramOf(rows)), rows);
    const size = c * norm(meanOf(rows));
    assertClose(d.map((x) => x / size), shortest.map((x) => x / norm(shortest)), 10 / c);
  }
});

Deno.test("gradients that balance each other leave the mean projected onto their dual cone", () => {
  const rows = normalRows(5, 3, 4), opposite = rows[0].map((x) => -2 * x), all = [...rows, opposite];
  const G = gramOf(all), w = weightsOf(cagrad(1.5), G);
  const mean = new Float64Array(4).fill(0.25);
  const onDualCone = minimiseOnOrthant(G, gramTimes(G, mean)).map((v, i) => v + mean[i]);
  assertClose(combination(w, all), combination(onDualCone, all), 1e-12);
  assert.ok(norm(combination(w, all)) > 0.1, "the case should have a direction");
});

Deno.test("gradients whose mean is zero leave no direction", () => {
  const [a] = normalRows(1, 1, 5), rows = [a, a.map((x) => -x)];
  assert.ok(norm(combination(weightsOf(cagrad(0.5), gramOf(rows)), rows)) < 1e-12);
});
