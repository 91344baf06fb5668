import { roundingOf } from "./active_set.ts";
import { eliminate } from "./elimination.ts";
import { cosines, rowNorms } from "./gram.ts";
import { symmetricEigen } from "./symmetric_eigen.ts";

/**
 * A Gram matrix that is positive semidefinite, as every J J^T is: G itself, or if it is not, because its entries
 * were rounded (float32 products of dependent rows), the nearest on unit rows: its cosines without the negative
 * eigenvalues. On an indefinite matrix minima over a cone may lie at infinity. Rows of zero length are zero throughout.
 *
 * @param G [K, K], symmetric, finite, diagonal from 0 up.
 */
export function positiveSemidefinite(G: Float64Array, K: number): Float64Array {
  const n = rowNorms(G, K), C = cosines(G, n);
  if (isPositive(C, K)) return n.every((n) => n > 0) ? G : G.map((g, at) => C[at] === 0 ? 0 : g);
  const { values, vectors } = symmetricEigen(C, K);
  const nearest = new Float64Array(K * K);
  for (let k = 0; k < K; k++) {
    if (values[k] <= 0) continue;
    for (let i = 0; i < K; i++) {
      const scaled = values[k] * vectors[k * K + i];
      for (let j = 0; j < K; j++) nearest[i * K + j] += scaled * vectors[k * K + j];
    }
  }
  return nearest.map((c, at) => c * n[Math.floor(at / K)] * n[at % K]);
}

/** Whether elimination by the longest row left leaves no squared length below zero, but for rounding. */
function isPositive(C: Float64Array, K: number): boolean {
  const rest = C.slice(), rounding = 16 * roundingOf(K);
  for (let round = 0; round < K; round++) {
    let pivot = 0;
    for (let i = 0; i < K; i++) {
      if (rest[i * K + i] < -rounding) return false;
      if (rest[i * K + i] > rest[pivot * K + pivot]) pivot = i;
    }
    if (rest[pivot * K + pivot] <= rounding) return rest.every((x) => Math.abs(x) <= 2 * rounding);
    eliminate(rest, K, pivot);
  }
  return true;
}
