import assert from "node:assert/strict";
import fc from "fast-check";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import {
  combination,
  gramOf,
  inner,
  norm,
  normalRows,
  referenceGram,
  type Rows,
  weightsOf,
} from "../gradients.ts";

/** Algorithm 1 of the paper on the vectors themselves, in ascending order; updates `target` [K][K]. */
function onVectors(rows: Rows, target: number[][], beta: number): Float64Array {
  const d = new Float64Array(rows[0].length);
  rows.forEach((row, i) => {
    const g = row.slice();
    rows.forEach((other, j) => {
      if (i === j) return;
      const phi = inner(g, other) / norm(g) / norm(other), aim = target[i][j];
      if (phi < aim) {
        const share = norm(g) * (aim * Math.sqrt(1 - phi ** 2) - phi * Math.sqrt(1 - aim ** 2)) /
          (norm(other) * Math.sqrt(1 - aim ** 2));
        g.forEach((_, k) => g[k] += share * other[k]);
      }
      target[i][j] = (1 - beta) * aim + beta * phi;
    });
    g.forEach((x, k) => d[k] += x);
  });
  return d;
}

Deno.test("the Gram matrix alone gives what the vectors give, over several steps", () => {
  fc.assert(fc.property(fc.integer({ min: 0 }), fc.integer({ min: 1, max: 7 }), (seed, K) => {
    const gradvac = createBalancer("gradvac", { order: "ascending", beta: 0.3 });
    const target = Array.from({ length: K }, () => new Array(K).fill(0));
    for (let step = 0; step < 4; step++) {
      const rows = normalRows(`${seed}/${step}`, K, 5, step % 2 === 0 ? 1 : 0);
      assertClose(combination(weightsOf(gradvac, gramOf(rows)), rows), onVectors(rows, target, 0.3), 1e-7);
    }
  }));
});

Deno.test("the first step, with targets of 0, is PCGrad's, and so is every step with beta 0", () => {
  const gradvac = createBalancer("gradvac", { order: "ascending", beta: 0 });
  for (let step = 0; step < 3; step++) {
    const G = gramOf(normalRows(step, 6, 4));
    assertClose(weightsOf(gradvac, G), weightsOf(createBalancer("pcgrad", { order: "ascending" }), G), 1e-12);
  }
  assertClose(weightsOf(createBalancer("gradvac"), referenceGram), [1 + 22 / 18, 1 + 22 / 38], 1e-14);
});

Deno.test("a cosine below its target is raised to it exactly", () => {
  const at = (degrees: number) => {
    const angle = degrees * Math.PI / 180;
    return [Float64Array.of(1, 0), Float64Array.of(Math.cos(angle), Math.sin(angle))];
  };
  const gradvac = createBalancer("gradvac", { beta: 1 });
  // 60 degrees, the target from then on, and 90 now: each row turns by 30 degrees towards the other.
  weightsOf(gradvac, gramOf(at(60)));
  const rows = at(90), d = combination(weightsOf(gradvac, gramOf(rows)), rows);
  const turned = 1 / Math.cos(Math.PI / 6);
  assertClose(
    d,
    [turned * Math.cos(Math.PI / 6) + turned / 2, turned / 2 + turned * Math.cos(Math.PI / 6)],
    1e-12,
  );
});

Deno.test("targets of one direction ask for finite weights", () => {
  const gradvac = createBalancer("gradvac", { beta: 1 });
  weightsOf(gradvac, Float64Array.of(1, 1, 1, 1));
  const w = weightsOf(gradvac, Float64Array.of(1, 0, 0, 1));
  assertClose(w, [1 + 1e4, 1 + 1e4], 1e-3);
});

Deno.test("a random order is alike for one seed and drawn anew in each step", () => {
  const outcomes = (seed: number) => {
    const gradvac = createBalancer("gradvac", { seed, beta: 0 });
    const G = gramOf(normalRows(11, 6, 3));
    return [0, 1, 2, 3].map(() => String(weightsOf(gradvac, G)));
  };
  assert.deepEqual(outcomes(1), outcomes(1));
  assert.notDeepEqual(outcomes(1), outcomes(2));
  assert.ok(new Set(outcomes(1)).size > 1);
});
