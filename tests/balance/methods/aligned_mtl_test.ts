import { createBalancer } from "../../../lib/balance/registry.ts";
import { symmetricEigen } from "../../../lib/balance/solvers/symmetric_eigen.ts";
import { assertClose } from "../close.ts";
import { combination, gramOf, inner, normalRows, referenceGram, scaleRows, weightsOf } from "../gradients.ts";

const aligned = (G: ArrayLike<number>, mode?: string) =>
  weightsOf(createBalancer("aligned-mtl", { mode }), Float64Array.from(G));

Deno.test("reference values", () => {
  // G^(-1/2) = (adj G + sqrt(det) I) / sqrt(det (trace + 2 sqrt(det))), for 2 x 2; sigma^2 = 28 - sqrt 584.
  const det = 200, root = Math.sqrt(det), sigma = Math.sqrt(28 - Math.sqrt(584));
  const factor = sigma / 2 / Math.sqrt(det * (56 + 2 * root));
  assertClose(aligned(referenceGram), [factor * (38 + root + 22), factor * (22 + 18 + root)], 1e-13);
  assertClose(aligned(referenceGram), [0.5591, 0.4083], 1e-4);
});

Deno.test("orthogonal gradients are brought to one length, by mode", () => {
  const G = [9, 0, 0, 0, 4, 0, 0, 0, 1], lengths = [3, 2, 1];
  for (const [mode, sigma] of [["min", 1], ["median", 2], ["rmse", Math.sqrt(14 / 3)]] as const) {
    assertClose(aligned(G, mode), lengths.map((length) => sigma / 3 / length), 1e-14, mode);
  }
  // Of an even number of eigenvalues, the lower of the middle ones.
  assertClose(aligned([4, 0, 0, 1], "median"), [0.25, 0.5], 1e-14);
});

Deno.test("dependent gradients count by the eigenvalues that are left", () => {
  const cases: [string, number[], number[]][] = [
    ["duplicated", [1, 1, 1, 1], [0.5, 0.5]],
    // v v^T 1/2 with v = [1, 2] / sqrt 5.
    ["proportional", [1, 2, 2, 4], [0.3, 0.6]],
    ["opposite", [1, -1, -1, 1], [0, 0]],
    ["one of two", [0, 0, 0, 9], [0, 0.5]],
    ["none", [0, 0, 0, 0], [0.5, 0.5]],
  ];
  for (const [name, G, expected] of cases) {
    for (const mode of ["min", "median", "rmse"]) {
      assertClose([...aligned(G, mode), 1], [...expected, 1], 1e-14, `${name}, ${mode}`);
    }
  }
});

Deno.test("the direction is the mean of K orthogonal rows of length sigma, and scales with the gradients", () => {
  for (const mode of ["min", "median", "rmse"]) {
    const rows = normalRows(1, 5, 12), G = gramOf(rows), d = combination(aligned(G, mode), rows);
    const eigenvalues = symmetricEigen(G, 5).values.sort();
    const square = {
      min: eigenvalues[0],
      median: eigenvalues[2],
      rmse: (G[0] + G[6] + G[12] + G[18] + G[24]) / 5,
    };
    assertClose([inner(d, d)], [square[mode as keyof typeof square] / 5], 1e-12, mode);
    const tripled = scaleRows(rows, () => 3);
    assertClose(combination(aligned(gramOf(tripled), mode), tripled), d.map((x) => 3 * x), 1e-12, mode);
  }
});
