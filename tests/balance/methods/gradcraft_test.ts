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
  type Rows,
  scaleRows,
  weightsOf,
} from "../gradients.ts";

const gradcraft = (options: Record<string, number>) => createBalancer("gradcraft", options);

/** The mean of the rows, each less its projection on the span of those it conflicts with, by Gram-Schmidt. */
function onVectors(rows: Rows): Float64Array {
  const d = new Float64Array(rows[0].length);
  const without = (g: Float64Array, basis: Rows) =>
    basis.reduce((rest, b) => rest.map((x, k) => x - inner(rest, b) * b[k]), g);
  for (const row of rows) {
    const basis: Rows = [];
    for (const other of rows.filter((other) => inner(row, other) < 0)) {
      const rest = without(without(other, basis), basis), size = norm(rest);
      if (size > 1e-9 * norm(other)) basis.push(rest.map((x) => x / size));
    }
    without(row, basis).forEach((x, k) => d[k] += x / rows.length);
  }
  return d;
}

Deno.test("reference values: two tasks in closed form", () => {
  const n = [Math.sqrt(18), Math.sqrt(38)], r = -22 / n[0] / n[1];
  // Lengths as they are: half of PCGrad.
  assertClose(weightsOf(gradcraft({ tau: 0 }), referenceGram), [(1 + 22 / 18) / 2, (1 + 22 / 38) / 2], 1e-14);
  // Both of the length of the longer one.
  assertClose(weightsOf(gradcraft({}), referenceGram), n.map((ni) => n[1] * (1 - r) / 2 / ni), 1e-14);
  // A cosine of 0.1 is left between a freed gradient and the other.
  const epsilon = 0.1;
  assertClose(
    weightsOf(gradcraft({ epsilon }), referenceGram),
    n.map((ni) => n[1] * (1 + epsilon - r) / 2 / ni),
    1e-14,
  );
});

Deno.test("the Gram matrix alone gives what the vectors give, dependent gradients too", () => {
  for (const [K, n] of [[3, 8], [6, 10], [12, 5], [40, 30]]) {
    for (let seed = 0; seed < 4; seed++) {
      const rows = normalRows(seed, K, n), d = onVectors(rows);
      assertClose(combination(weightsOf(gradcraft({ tau: 0 }), gramOf(rows)), rows), d, 1e-8, `${K} x ${n}`);
    }
  }
});

Deno.test("all magnitudes become the largest, tau blends, and averages remember", () => {
  const diagonal = (...n: number[]) =>
    gramOf(n.map((n, i) => Float64Array.from([0, 0, 0], (_, k) => k === i ? n : 0)));
  assertClose(weightsOf(gradcraft({}), diagonal(1, 2, 4)), [4 / 3, 2 / 3, 1 / 3], 1e-14);
  assertClose(weightsOf(gradcraft({ tau: 0.5 }), diagonal(1, 2, 4)), [2.5 / 3, 1.5 / 3, 1 / 3], 1e-14);
  const remembering = gradcraft({ beta: 0.5 });
  weightsOf(remembering, diagonal(1, 2, 4));
  // m is proportional to [1 + 2, 2 + 4, 4 + 2]: with a new step counting twice the old one.
  assertClose(weightsOf(remembering, diagonal(1, 2, 1)), [6 / 3 / 3, 6 / 6 / 3, 6 / 6 / 3], 1e-14);
});

Deno.test("a task without a gradient has weight 0, and gradients that agree are averaged", () => {
  const rows = scaleRows(normalRows(1, 4, 20, 2), (i) => i === 1 ? 0 : 1);
  assertClose(weightsOf(gradcraft({ tau: 0 }), gramOf(rows)), [0.25, 0, 0.25, 0.25], 1e-15);
  assert.throws(() => gradcraft({ epsilon: 2 }), /option 'epsilon' is 2, expected a number from 0 to 1/);
});
