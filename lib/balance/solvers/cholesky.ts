/**
 * Cholesky factors A = L L^T of symmetric positive matrices, row-major, of which the lower triangle is read and
 * overwritten by L. Their accuracy no scaling of the rows disturbs.
 */

/**
 * L in the place of A [m, m].
 *
 * @param floor Least squared pivots [m]: smaller ones, which rounding leaves of dependent rows, are raised to them.
 */
export function cholesky(A: Float64Array, m: number, floor: Float64Array): void {
  for (let j = 0; j < m; j++) factorRow(A, m, j, floor[j]);
}

/**
 * Row j of L in the place of row j of A, where the rows before it are factored already.
 *
 * @param stride From row to row.
 * @returns The squared pivot, before it is raised to `floor`.
 */
export function factorRow(A: Float64Array, stride: number, j: number, floor: number): number {
  const J = j * stride;
  for (let k = 0; k < j; k++) {
    const B = k * stride;
    let rest = A[J + k];
    for (let i = 0; i < k; i++) rest -= A[J + i] * A[B + i];
    A[J + k] = rest / A[B + k];
  }
  let pivot = A[J + j];
  for (let i = 0; i < j; i++) pivot -= A[J + i] * A[J + i];
  A[J + j] = Math.sqrt(Math.max(pivot, floor, Number.MIN_VALUE));
  return pivot;
}

/** x with L L^T x = b, where L has m rows; overwrites b. */
export function choleskySolve(L: Float64Array, m: number, b: Float64Array, stride = m): Float64Array {
  for (let j = 0; j < m; j++) {
    const J = j * stride;
    let rest = b[j];
    for (let k = 0; k < j; k++) rest -= L[J + k] * b[k];
    b[j] = rest / L[J + j];
  }
  // By columns of L^T, the rows of L: they lie together in memory.
  for (let j = m - 1; j >= 0; j--) {
    const J = j * stride;
    const x = b[j] /= L[J + j];
    for (let k = 0; k < j; k++) b[k] -= L[J + k] * x;
  }
  return b;
}
