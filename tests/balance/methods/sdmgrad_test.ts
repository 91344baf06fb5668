import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { minimiseOnSimplex } from "../../../lib/balance/solvers/active_set.ts";
import { gramTimes } from "../../../lib/balance/solvers/gram.ts";
import { assertClose } from "../close.ts";
import { gramOf, normalRows, referenceGram, weightsOf } from "../gradients.ts";

Deno.test("one step from equal weights has its reference value", () => {
  const sdmgrad = createBalancer("sdmgrad", { steps: 1 });
  // A w~ = [-2, 8] / 56, slope 1.3 times that; the simplex keeps half of the difference: w = 1/2 +- 6.5 / 56.
  const w = [0.5 + 6.5 / 56, 0.5 - 6.5 / 56];
  assertClose(weightsOf(sdmgrad, referenceGram), w.map((w) => (w + 0.15) / 1.3), 1e-14);
  assertClose(sdmgrad.lambda!, w, 1e-14);
});

Deno.test("steps go on from the step before, to the point of least |J^T w + lam J^T w~|", () => {
  const G = gramOf(normalRows(3, 6, 12, 0.3)), mean = new Float64Array(6).fill(1 / 6);
  for (const lam of [0, 0.3, 2]) {
    const sdmgrad = createBalancer("sdmgrad", { lam });
    for (let step = 0; step < 300; step++) weightsOf(sdmgrad, G);
    const w = minimiseOnSimplex(G, gramTimes(G, mean).map((x) => lam * x));
    assertClose(sdmgrad.lambda!, w, 1e-8, `lam ${lam}`);
    assertClose(weightsOf(sdmgrad, G), w.map((w) => (w + lam / 6) / (1 + lam)), 1e-8, `lam ${lam}`);
  }
});

Deno.test("the weights sum to 1, and a large lam is the mean gradient, whatever the scale of the losses", () => {
  for (const scale of [1e-20, 1, 1e20]) {
    const G = gramOf(normalRows(3, 4, 12)).map((g) => g * scale);
    const w = weightsOf(createBalancer("sdmgrad"), G);
    assertClose([w.reduce((sum, w) => sum + w, 0)], [1], 1e-14);
    assertClose(w, weightsOf(createBalancer("sdmgrad"), G.map((g) => g / scale)), 1e-12);
    assertClose(weightsOf(createBalancer("sdmgrad", { lam: 1e9 }), G), [0.25, 0.25, 0.25, 0.25], 1e-8);
  }
});

Deno.test("no gradient at all moves no weight; steps that are no count are refused", () => {
  const sdmgrad = createBalancer("sdmgrad");
  assert.deepEqual(weightsOf(sdmgrad, new Float64Array(4)), Float64Array.of(0.5, 0.5));
  assert.throws(
    () => createBalancer("sdmgrad", { steps: 1.5 }),
    /option 'steps' is 1.5, expected an integer/,
  );
  assert.throws(() => createBalancer("sdmgrad", { steps: 0 }), /expected a number from 1 to 1000/);
});
