import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";

const drop = (gradients: number[][], options: Record<string, unknown> = {}) =>
  createBalancer("graddrop", options).combine!({
    losses: new Float64Array(gradients.length).fill(1),
    gradients: gradients.map((g) => Float32Array.from(g)),
    step: 0,
  });

Deno.test("elements that agree in sign are summed", () => {
  assert.deepEqual(drop([[1, -2, 0, 0], [3, -4, 5, 0]]), Float32Array.of(4, -6, 5, 0));
});

Deno.test("elements that do not are summed over the one sign or the other", () => {
  const d = drop([new Array(200).fill(1), new Array(200).fill(-2), new Array(200).fill(4)]);
  assert.deepEqual([...new Set(d)].sort((a, b) => a - b), [-2, 5]);
});

Deno.test("the positive sign wins with probability (1 + sum g / sum |g|) / 2", () => {
  const n = 20_000;
  for (const column of [[1, -1], [3, -1], [-5, 1], [2, -1, 4, -2], [0, 1, -9]]) {
    const sum = column.reduce((sum, g) => sum + g, 0);
    const P = (1 + sum / column.reduce((sum, g) => sum + Math.abs(g), 0)) / 2;
    const d = drop(column.map((g) => new Array(n).fill(g)), { seed: 7 });
    const share = d.filter((x) => x > 0).length / n;
    // 4 standard errors.
    assert.ok(Math.abs(share - P) < 4 * Math.sqrt(P * (1 - P) / n), `${column}: ${share} of ${P}`);
  }
});

Deno.test("the leak lets a share of the dropped elements through", () => {
  const rows = [new Array(100).fill(3), new Array(100).fill(-2)];
  assert.deepEqual([...new Set(drop(rows, { leak: 0.25 }))].sort((a, b) => a - b), [-1.25, 2.5]);
  assert.deepEqual(drop(rows, { leak: 1 }), new Float32Array(100).fill(1));
});

Deno.test("draws differ by element, step and seed, and repeat with the seed", () => {
  const rows = [1, -1].map((g) => Float32Array.from({ length: 64 }, () => g));
  const run = (seed: number) => {
    const graddrop = createBalancer("graddrop", { seed });
    return [0, 1].map((step) => graddrop.combine!({ losses: Float64Array.of(1, 1), gradients: rows, step }));
  };
  const [first, second] = run(1);
  assert.equal(new Set(first).size, 2);
  assert.notDeepEqual(first, second);
  assert.deepEqual(run(1), [first, second]);
  assert.notDeepEqual(run(2), [first, second]);
});

Deno.test("no element of the sign that lost is left: the direction is as long as it is wide", () => {
  const [a, b] = [[1e-30, 1e30, -1e-30], [-2e-30, -1e-30, 5e30]];
  const d = drop([a, b]);
  d.forEach((x, k) => assert.ok([Math.fround(a[k]), Math.fround(b[k])].includes(x), `${k}: ${x}`));
  assertClose([d[1], d[2]], [1e30, 5e30], 1e-7);
});
