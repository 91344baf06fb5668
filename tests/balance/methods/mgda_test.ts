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
  weightsOf,
} from "../gradients.ts";

const mgda = (normalize?: string) => createBalancer("mgda", { normalize });

Deno.test("reference values, by what gradients are divided by", () => {
  const cases: [string, number[]][] = [
    ["none", [0.6, 0.4]],
    // Two unit rows always meet in the middle.
    ["l2", [0.5, 0.5]],
    // Losses 1 and 2: G becomes [[18, -11], [-11, 9.5]], w_1 = (9.5 + 11) / (18 + 9.5 + 22).
    ["loss", [20.5 / 49.5, 29 / 49.5]],
    // Rows of length 1 and 1/2: with r their cosine, w_1 = (1/4 - r/2) / (5/4 - r).
    ["loss+", ((r) => [(0.25 - r / 2) / (1.25 - r), (1 - r / 2) / (1.25 - r)])(-22 / Math.sqrt(18 * 38))],
  ];
  for (const [normalize, expected] of cases) {
    assertClose(weightsOf(mgda(normalize), referenceGram, [1, 2]), expected, 1e-12, normalize);
  }
});

Deno.test("two tasks have the closed form of Sener & Koltun, algorithm 1", () => {
  const entry = fc.double({ min: -10, max: 10, noNaN: true });
  const row = fc.tuple(entry, entry, entry).map((row) => Float64Array.from(row));
  fc.assert(fc.property(row, row, (a, b) => {
    const aa = inner(a, a), ab = inner(a, b), bb = inner(b, b);
    fc.pre(aa + bb - 2 * ab > 1e-3);
    const first = ab >= aa ? 1 : ab >= bb ? 0 : (bb - ab) / (aa + bb - 2 * ab);
    assertClose(weightsOf(mgda(), gramOf([a, b])), [first, 1 - first], 1e-9);
  }));
});

Deno.test("the KKT conditions hold to 1e-12 and no gradient points against the direction, on every family", () => {
  for (const [name, make] of Object.entries(families)) {
    for (let seed = 0; seed < 4; seed++) {
      const rows = make(seed), w = weightsOf(mgda(), gramOf(rows)), d = combination(w, rows);
      const m = inner(w, rows.map(norm));
      const square = inner(d, d);
      rows.forEach((row, i) => {
        const gap = inner(row, d) - square, tolerance = 1e-12 * (norm(row) + m) * m;
        assert.ok(gap >= -tolerance, `${name}, seed ${seed}: g_${i} . d - d . d = ${gap}`);
        if (w[i] > 0) assert.ok(gap <= tolerance, `${name}, seed ${seed}: slack ${gap} at weight ${w[i]}`);
      });
    }
  }
});

Deno.test("the minimum is far below where ten Frank-Wolfe steps stop", () => {
  const G = gramOf(normalRows(1, 50, 60)), K = 50;
  const q = (w: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < K; i++) for (let j = 0; j < K; j++) sum += w[i] * w[j] * G[i * K + j];
    return sum;
  };
  const w = new Float64Array(K).fill(1 / K);
  for (let step = 0; step < 10; step++) {
    const slope = w.map((_, i) => inner(G.subarray(i * K, i * K + K), w));
    const j = slope.indexOf(Math.min(...slope)), own = q(w);
    const t = Math.min(1, (own - slope[j]) / (own + G[j * K + j] - 2 * slope[j]));
    w.forEach((_, i) => w[i] = (1 - t) * w[i] + (i === j ? t : 0));
  }
  assert.ok(q(weightsOf(mgda(), G)) < 0.8 * q(w));
});

Deno.test("a task without a gradient is at its optimum: the direction is zero", () => {
  const w = weightsOf(mgda(), Float64Array.of(0, 0, 0, 4));
  assert.deepEqual(w, Float64Array.of(1, 0));
});

Deno.test("zero losses divide nothing, negative ones are refused", () => {
  assertClose(weightsOf(mgda("loss"), referenceGram, [0, 1]), [0.6, 0.4], 1e-12);
  assert.throws(
    () => weightsOf(mgda("loss+"), referenceGram, [1, -2]),
    /loss 1 is -2, expected losses from 0 up with normalize 'loss\+'/,
  );
});

Deno.test("at 50 tasks the norm is proven to be within 1e-8 of the least", () => {
  for (const [n, shift] of [[60, 0], [200, 0], [60, 0.2], [40, 0.3]]) {
    for (let seed = 0; seed < 5; seed++) {
      const rows = normalRows(seed, 50, n, shift), d = combination(weightsOf(mgda(), gramOf(rows)), rows);
      const length = norm(d);
      assert.ok(length > 1e-3, "0 should not be in the hull");
      // Every point of the hull is beyond the plane through its worst vertex: no norm is below min_i g_i . d / |d|.
      const bound = Math.min(...rows.map((row) => inner(row, d))) / length;
      assert.ok(length - bound <= 1e-8 * length, `${length}, bound ${bound}`);
    }
  }
});
