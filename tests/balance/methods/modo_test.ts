import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { minimiseOnSimplex } from "../../../lib/balance/solvers/active_set.ts";
import { assertClose } from "../close.ts";
import { gramOf, normalRows, referenceGram, weightsOf } from "../gradients.ts";

Deno.test("two steps have their reference values", () => {
  const modo = createBalancer("modo", { gamma: 0.01 });
  // G lambda = [-2, 8], rho adds alike to both: the difference of the weights becomes 0.01 (8 + 2).
  assertClose(weightsOf(modo, referenceGram), [0.55, 0.45], 1e-14);
  // G lambda = [0, 5], rho lambda = [0.055, 0.045].
  const gap = 0.1 + 0.01 * (5 - 0 + 0.045 - 0.055);
  assertClose(weightsOf(modo, referenceGram), [(1 + gap) / 2, (1 - gap) / 2], 1e-14);
  assertClose(modo.lambda!, [(1 + gap) / 2, (1 - gap) / 2], 1e-14);
});

Deno.test("many small steps end at the regularised minimum norm", () => {
  const K = 5, G = gramOf(normalRows(2, K, 9, 0.3)), rho = 0.5;
  const modo = createBalancer("modo", { gamma: 0.02, rho });
  for (let step = 0; step < 2000; step++) weightsOf(modo, G);
  const regularised = G.map((g, at) => at % (K + 1) === 0 ? g + rho : g);
  assertClose(modo.lambda!, minimiseOnSimplex(regularised, new Float64Array(K)), 1e-9);
});

Deno.test("with gamma 0 the weights stay equal", () => {
  const modo = createBalancer("modo", { gamma: 0 });
  assert.deepEqual(weightsOf(modo, referenceGram), Float64Array.of(0.5, 0.5));
});
