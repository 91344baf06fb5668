import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { combination, gramOf, norm, normalRows, referenceGram, scaleRows, weightsOf } from "../gradients.ts";

/** Orthogonal rows of these lengths. */
const lengths = (...n: number[]) =>
  Float64Array.from(n.flatMap((n, i, all) => all.map((_, j) => i === j ? n * n : 0)));

Deno.test("reference values: the auxiliary gradient blended to the target's magnitude", () => {
  const ratio = Math.sqrt(18 / 38);
  assertClose(weightsOf(createBalancer("metabalance"), referenceGram), [1, 0.7 * ratio + 0.3], 1e-14);
  const other = createBalancer("metabalance", { target: 1, r: 0.5 });
  assertClose(weightsOf(other, referenceGram), [0.5 / ratio + 0.5, 1], 1e-14);
});

Deno.test("magnitudes are averaged from 0 with decay beta", () => {
  const metabalance = createBalancer("metabalance", { r: 1, beta: 0.9 });
  weightsOf(metabalance, lengths(1, 2));
  // m = [0.9 * 0.1 + 0.1 * 3, 0.9 * 0.2 + 0.1 * 1].
  assertClose(weightsOf(metabalance, lengths(3, 1)), [1, 0.39 / 0.28], 1e-14);
});

Deno.test("r = 0 is the sum of the gradients, r = 1 gives all the magnitude of the target", () => {
  const rows = scaleRows(normalRows(1, 4, 9), (i) => 10 ** i), G = gramOf(rows);
  assert.deepEqual(weightsOf(createBalancer("metabalance", { r: 0 }), G), Float64Array.of(1, 1, 1, 1));
  weightsOf(createBalancer("metabalance", { r: 1, target: 2 }), G).forEach((w, i) => {
    assertClose([w * norm(rows[i])], [norm(rows[2])], 1e-12);
  });
  assert.ok(norm(combination([1, 1, 1, 1], rows)) > 0);
});

Deno.test("a task without labels keeps its magnitude, one that starts late is as if it had always been", () => {
  const metabalance = createBalancer("metabalance", { r: 1 });
  for (const n of [[1, 2, 0], [1, 0, 0], [1, 2, 4]]) weightsOf(metabalance, lengths(...n));
  assertClose(weightsOf(metabalance, lengths(1, 2, 4)), [1, 1 / 2, 1 / 4], 1e-12);
});

Deno.test("until the target has had a gradient nothing is matched; a target that is no task is refused", () => {
  const metabalance = createBalancer("metabalance");
  assert.deepEqual(weightsOf(metabalance, lengths(0, 5)), Float64Array.of(1, 1));
  assert.throws(
    () => weightsOf(createBalancer("metabalance", { target: 2 }), referenceGram),
    /option 'target' is 2, expected a task from 0 to 1/,
  );
  assert.throws(() => createBalancer("metabalance", { target: 0.5 }), /'target' is 0.5, expected an integer/);
});
