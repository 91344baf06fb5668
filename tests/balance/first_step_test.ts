import assert from "node:assert/strict";
import { createBalancer, defaultBalancers, firstStep, parseBalancer } from "../../lib/balance/mod.ts";
import { assertClose } from "./close.ts";
import { families, gramOf, inner, normalRows, referenceGram, referenceRows } from "./gradients.ts";

const losses = Float64Array.of(1, 2);
const first = (text: string, gram = referenceGram) => firstStep(parseBalancer(text), gram, losses);

Deno.test("weights, norm, products and conflicts are those of the direction", () => {
  for (const text of ["ew", "mgda", "cagrad(c=1)", "static(weights=[3,1])"]) {
    const { weights, norm, products, conflicts, fromRows } = first(text);
    const { name, options } = parseBalancer(text);
    assert.deepEqual(weights, createBalancer(name, options).weigh!({ losses, gram: referenceGram, step: 0 }));
    const d = [0, 1, 2].map((k) => weights![0] * referenceRows[0][k] + weights![1] * referenceRows[1][k]);
    assertClose([norm], [Math.hypot(...d)], 1e-12, text);
    assertClose(products, referenceRows.map((row) => inner(row, d)), 1e-12, text);
    assert.deepEqual(conflicts, [...products.keys()].filter((i) => products[i] < -1e-9));
    assert.equal(fromRows, false);
  }
  assert.deepEqual(first("ew").conflicts, [0]);
  assert.deepEqual(first("mgda").conflicts, []);
});

Deno.test("residuals are those of the weights' conditions", () => {
  const { residuals } = first("mgda");
  assert.ok(residuals.length > 0 && residuals.every(({ residual }) => residual < 1e-12));
  assert.deepEqual(first("ew").residuals, []);
});

Deno.test("a method on gradients gets rows with the same Gram matrix; its weights give its direction", () => {
  const { weights, norm, products, fromRows, residuals } = first("moco");
  assert.equal(fromRows, true);
  assert.deepEqual(residuals, []);
  // MoCo's first step on the rows of the reference: all that it reads of them is in the Gram matrix.
  const gradients = referenceRows.map((row) => Float32Array.from(row));
  const d = createBalancer("moco").combine!({ losses, gradients, step: 0 });
  assertClose([norm], [Math.hypot(...d)], 1e-6);
  assertClose(products, referenceRows.map((row) => inner(row, d)), 1e-5);
  const sum = [0, 1, 2].map((k) => weights![0] * referenceRows[0][k] + weights![1] * referenceRows[1][k]);
  assertClose(sum, d, 1e-5);
});

Deno.test("every method steps on every family: finite, and conflicts only where a product is negative", () => {
  for (const [family, make] of Object.entries(families)) {
    const rows = make(3), gram = gramOf(rows);
    for (const balancer of defaultBalancers().balancers) {
      const { weights, norm, products, conflicts } = firstStep(
        balancer,
        gram,
        new Float64Array(rows.length).fill(1),
      );
      const what = `${balancer.text}, ${family}`;
      assert.ok(norm >= 0 && [...weights ?? [], ...products].every(Number.isFinite), what);
      for (const i of conflicts) assert.ok(products[i] < 0, what);
    }
  }
});

Deno.test("a balancer that refuses the step says why", () => {
  const gram = gramOf(normalRows(1, 3, 4));
  assert.throws(
    () => firstStep(parseBalancer("static(weights=[1,2])"), gram, Float64Array.of(1, 1, 1)),
    /'weights' has 2 elements, expected 3/,
  );
});
