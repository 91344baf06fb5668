import assert from "node:assert/strict";
import fc from "fast-check";
import {
  minimiseOnOrthant,
  minimiseOnSimplex,
  simplexTangent,
} from "../../../lib/balance/solvers/active_set.ts";
import { gramTimes, rowNorms } from "../../../lib/balance/solvers/gram.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { assertClose } from "../close.ts";
import { families, gramOf, inner, normalRows, referenceGram, type Rows, scaleRows } from "../gradients.ts";

/** p = J x for a random x: the linear terms that come from gradients. */
function linearTerm(rows: Rows, seed: string): Float64Array {
  const [x] = normalRows(seed, 1, rows[0].length);
  return Float64Array.from(rows, (row) => inner(row, x));
}

/** The largest violation of the optimality conditions, relative to the size of the terms of each. */
function kktResidual(G: Float64Array, p: Float64Array, w: Float64Array, fixedSum: boolean): number {
  const n = rowNorms(G, w.length);
  const a = gramTimes(G, w).map((Gw, i) => Gw + p[i]);
  const m = inner(w, n), theta = fixedSum ? inner(w, a) : 0;
  const spread = fixedSum ? m * m + inner(w, p.map(Math.abs)) : 0;
  return Math.max(
    ...a.map((ai, i) => {
      const violation = w[i] > 0 ? Math.abs(ai - theta) : Math.max(theta - ai, 0);
      return violation === 0 ? 0 : violation / (n[i] * m + Math.abs(p[i]) + spread);
    }),
  );
}

Deno.test("minimisers known in closed form", () => {
  const zero = new Float64Array(2);
  assertClose(minimiseOnSimplex(referenceGram, zero), [0.6, 0.4], 1e-15);
  // Two rows: (G_22 - G_12 + p_2 - p_1) / |g_1 - g_2|^2.
  assertClose(minimiseOnSimplex(referenceGram, Float64Array.of(10, 0)), [0.5, 0.5], 1e-15);
  assertClose(minimiseOnSimplex(referenceGram, Float64Array.of(0, 1e3)), [1, 0], 1e-15);
  // DualProj and UPGrad are minima over the orthant beyond a bound: 1/2, or a unit vector.
  const beyond = (bound: Float64Array) =>
    minimiseOnOrthant(referenceGram, gramTimes(referenceGram, bound)).map((v, i) => v + bound[i]);
  assertClose(beyond(Float64Array.of(0.5, 0.5)), [11 / 18, 0.5], 1e-15);
  assertClose(beyond(Float64Array.of(1, 0)), [1, 22 / 38], 1e-15);
  assertClose(beyond(Float64Array.of(0, 1)), [22 / 18, 1], 1e-15);
});

Deno.test("optimality holds to rounding on every family, with and without a linear term", () => {
  for (const [name, make] of Object.entries(families)) {
    for (let seed = 0; seed < 4; seed++) {
      const rows = make(seed), G = gramOf(rows);
      for (const p of [new Float64Array(rows.length), linearTerm(rows, `p${seed}`)]) {
        const w = minimiseOnSimplex(G, p);
        assert.ok(w.every((wi) => wi >= 0), name);
        assert.ok(Math.abs(w.reduce((sum, wi) => sum + wi, 0) - 1) < 1e-12, name);
        const onSimplex = kktResidual(G, p, w, true);
        assert.ok(onSimplex < 1e-11, `simplex, ${name}, seed ${seed}: ${onSimplex}`);
        const v = minimiseOnOrthant(G, p);
        assert.ok(v.every((vi) => vi >= 0), name);
        const onOrthant = kktResidual(G, p, v, false);
        assert.ok(onOrthant < 1e-11, `orthant, ${name}, seed ${seed}: ${onOrthant}`);
      }
    }
  }
});

Deno.test("no point of the simplex does better", () => {
  fc.assert(fc.property(fc.integer({ min: 0 }), fc.integer({ min: 2, max: 8 }), (seed, K) => {
    const rows = normalRows(seed, K, 6, 0.5), G = gramOf(rows), p = linearTerm(rows, `p${seed}`);
    const q = (w: Float64Array) => inner(w, gramTimes(G, w)) / 2 + inner(p, w);
    const least = q(minimiseOnSimplex(G, p));
    const random = createRandom(seed);
    for (let trial = 0; trial < 50; trial++) {
      const e = Float64Array.from({ length: K }, () => (-Math.log(1 - random.uniform())) ** 3);
      const sum = e.reduce((sum, x) => sum + x, 0);
      assert.ok(q(e.map((x) => x / sum)) >= least - 1e-12 * (1 + Math.abs(least)));
    }
  }));
});

Deno.test("the minimiser does not depend on where the search starts", () => {
  for (let seed = 0; seed < 10; seed++) {
    const rows = normalRows(seed, 12, 20, 0.3), G = gramOf(rows), p = linearTerm(rows, `p${seed}`);
    const w = minimiseOnSimplex(G, p);
    const uniform = new Float64Array(12).fill(1 / 12);
    assertClose(minimiseOnSimplex(G, p, uniform), w, 1e-12);
    assertClose(minimiseOnSimplex(G, p, w), w, 1e-12);
    assert.deepEqual(uniform, new Float64Array(12).fill(1 / 12));
  }
});

Deno.test("the tangent is the rate at which the minimiser follows its linear term", () => {
  const rows = normalRows(7, 6, 10, 0.5), G = gramOf(rows), l = linearTerm(rows, "l");
  const at = (mu: number) => minimiseOnSimplex(G, l.map((l) => mu * l));
  const mu = 0.1, delta = 1e-4;
  const tangent = simplexTangent(G, l, at(mu));
  assert.ok(Math.max(...tangent) > 0, "the minimiser should move");
  const before = at(mu), after = at(mu + delta);
  assertClose(after.map((x, i) => (x - before[i]) / delta), tangent, 1e-9);
});

Deno.test("a Gram matrix rounded to float32 still has a minimiser near the true one", () => {
  for (const [name, make] of Object.entries(families)) {
    const rows = make(5), G = gramOf(rows), zero = new Float64Array(rows.length);
    const rounded = Float64Array.from(Float32Array.from(G));
    const n = rowNorms(G, rows.length), longest = Math.max(...n);
    const q = (w: Float64Array) => inner(w, gramTimes(G, w));
    const excess = q(minimiseOnSimplex(rounded, zero)) - q(minimiseOnSimplex(G, zero));
    assert.ok(excess <= 1e-6 * longest ** 2, `${name}: ${excess}`);
  }
});

Deno.test("rows of lengths from 1e-30 to 1e30 cost no accuracy", () => {
  for (let seed = 0; seed < 10; seed++) {
    const random = createRandom(seed);
    const rows = scaleRows(normalRows(seed, 8, 20), () => 10 ** (60 * random.uniform() - 30));
    const G = gramOf(rows), zero = new Float64Array(8);
    assert.ok(kktResidual(G, zero, minimiseOnSimplex(G, zero), true) < 1e-12);
  }
});

Deno.test("an index that only rounding asks for leaves the minimiser alone", () => {
  // A row of length 1e-323 squares to 0, yet its product with the other does not: a slope of nothing.
  const G = Float64Array.of(7, -5e-324, -5e-324, 0);
  assert.deepEqual(minimiseOnSimplex(G, new Float64Array(2)), Float64Array.of(0, 1));
});
