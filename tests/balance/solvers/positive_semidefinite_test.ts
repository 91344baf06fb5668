import assert from "node:assert/strict";
import { positiveSemidefinite } from "../../../lib/balance/solvers/positive_semidefinite.ts";
import { cosines, rowNorms } from "../../../lib/balance/solvers/gram.ts";
import { symmetricEigen } from "../../../lib/balance/solvers/symmetric_eigen.ts";
import { assertClose } from "../close.ts";
import { families, gramOf, normalRows, scaleRows } from "../gradients.ts";

const leastEigenvalue = (G: Float64Array, K: number) => Math.min(...symmetricEigen(G, K).values);

Deno.test("a Gram matrix stays as it is, at every scale", () => {
  for (const [name, make] of Object.entries(families)) {
    for (const scale of [0, 1e-30, 1, 1e30]) {
      const G = gramOf(scaleRows(make(6), () => scale));
      assert.deepEqual(positiveSemidefinite(G, Math.sqrt(G.length)), G, name);
    }
  }
});

Deno.test("rounded to float32, it becomes the nearest one of its unit rows", () => {
  let repaired = 0;
  for (const [name, make] of Object.entries(families)) {
    const G = gramOf(make(6)), K = Math.sqrt(G.length);
    const rounded = Float64Array.from(Float32Array.from(G));
    const P = positiveSemidefinite(rounded, K);
    const unit = cosines(P, rowNorms(rounded, K));
    assert.ok(leastEigenvalue(unit, K) >= -1e-13, name);
    assertClose(unit, cosines(rounded, rowNorms(rounded, K)), 1e-5, name);
    if (leastEigenvalue(rounded, K) < -1e-8) repaired++;
  }
  assert.ok(repaired >= 3, `${repaired} families were indefinite`);
});

Deno.test("the nearest matrix is known in closed form", () => {
  // Eigenvalues 3 and -1: the part of 3 is left.
  assertClose(positiveSemidefinite(Float64Array.of(1, 2, 2, 1), 2), [1.5, 1.5, 1.5, 1.5], 1e-14);
  // On unit rows: lengths 1 and 10 take part only in the end.
  assertClose(positiveSemidefinite(Float64Array.of(1, -20, -20, 100), 2), [1.5, -15, -15, 150], 1e-14);
  // A row of no length has no products.
  assert.deepEqual(positiveSemidefinite(Float64Array.of(0, 3, 3, 4), 2), Float64Array.of(0, 0, 0, 4));
});

Deno.test("a clearly indefinite matrix of independent-looking rows is found out", () => {
  const G = gramOf(normalRows(4, 5, 9));
  G[1] = G[5] = 3 * Math.sqrt(G[0] * G[6]);
  const P = positiveSemidefinite(G, 5);
  assert.ok(leastEigenvalue(P, 5) >= -1e-12);
});
