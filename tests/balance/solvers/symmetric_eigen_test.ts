import assert from "node:assert/strict";
import { pseudoSolve, symmetricEigen } from "../../../lib/balance/solvers/symmetric_eigen.ts";
import { assertClose } from "../close.ts";
import { families, gramOf, inner } from "../gradients.ts";

Deno.test("eigenvalues of matrices known in closed form", () => {
  const cases: [string, number[], number[]][] = [
    ["[[18,-22],[-22,38]]", [18, -22, -22, 38], [28 - Math.sqrt(584), 28 + Math.sqrt(584)]],
    // The second difference: 2 - 2 cos(k pi / 4), k = 1, 2, 3.
    ["tridiag(-1,2,-1)", [2, -1, 0, -1, 2, -1, 0, -1, 2], [2 - Math.SQRT2, 2, 2 + Math.SQRT2]],
    ["ones", [1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 3]],
    ["diagonal", [3, 0, 0, -1], [-1, 3]],
    ["zero", [0, 0, 0, 0], [0, 0]],
  ];
  for (const [name, matrix, expected] of cases) {
    const { values } = symmetricEigen(Float64Array.from(matrix), expected.length);
    assertClose(values.toSorted(), expected, 1e-14, name);
  }
});

Deno.test("eigenvectors are orthonormal and make the matrix again, for every family", () => {
  for (const [name, rows] of Object.entries(families)) {
    const A = gramOf(rows(3)), K = Math.sqrt(A.length);
    const { values, vectors } = symmetricEigen(A, K);
    const again = new Float64Array(K * K), products = new Float64Array(K * K);
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < K; j++) {
        products[i * K + j] = inner(vectors.subarray(i * K, i * K + K), vectors.subarray(j * K, j * K + K));
        for (let k = 0; k < K; k++) again[i * K + j] += values[k] * vectors[k * K + i] * vectors[k * K + j];
      }
    }
    assertClose(again, A, 1e-13, name);
    assertClose(products, products.map((_, at) => at % (K + 1) === 0 ? 1 : 0), 1e-13, name);
  }
});

Deno.test("the pseudo-inverse solves, projects and counts the rank", () => {
  const cases: [string, number[], number[], number[], number][] = [
    ["regular", [2, 1, 1, 2], [3, 3], [1, 1], 2],
    // v v^T with v = [1, 2]: pinv = v v^T / 25.
    ["rank 1", [1, 2, 2, 4], [1, 2], [5 / 25, 10 / 25], 1],
    ["orthogonal to the range", [1, -1, -1, 1], [1, 1], [0, 0], 1],
    ["zero", [0, 0, 0, 0], [1, 1], [0, 0], 0],
    ["indefinite only by rounding", [1, 1 + 1e-16, 1 + 1e-16, 1], [2, 2], [1, 1], 1],
  ];
  for (const [name, A, b, expected, rank] of cases) {
    const solved = pseudoSolve(Float64Array.from(A), Float64Array.from(b));
    assertClose(solved.solution, expected, 1e-14, name);
    assert.equal(solved.rank, rank, name);
  }
});
