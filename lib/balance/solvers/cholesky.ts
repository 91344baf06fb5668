/** A lower triangular factor L [m, m], row-major: A = L L^T. */
export interface Cholesky {
  readonly L: Float64Array;
  readonly m: number;
  /** The least pivot relative to its diagonal, squares both: near 0 where rows depend on each other. */
  readonly leastPivot: number;
}

/**
 * Cholesky factor of the symmetric matrix A(j, k), k <= j < m. Its accuracy no scaling of the rows disturbs.
 *
 * @param floor Least squared pivot: smaller ones, which rounding leaves of dependent rows, are raised to it.
 */
export function cholesky(
  m: number,
  A: (j: number, k: number) => number,
  floor: (j: number) => number,
): Cholesky {
  const L = new Float64Array(m * m);
  let leastPivot = 1;
  for (let j = 0; j < m; j++) {
    const J = j * m;
    for (let k = 0; k < j; k++) {
      let rest = A(j, k);
      for (let i = 0, B = k * m; i < k; i++) rest -= L[J + i] * L[B + i];
      L[J + k] = rest / L[k * m + k];
    }
    const own = A(j, j);
    let rest = own;
    for (let i = 0; i < j; i++) rest -= L[J + i] * L[J + i];
    leastPivot = Math.min(leastPivot, own > 0 ? rest / own : 0);
    L[J + j] = Math.sqrt(Math.max(rest, floor(j), Number.MIN_VALUE));
  }
  return { L, m, leastPivot };
}

/** x with L L^T x = b; overwrites b. */
export function choleskySolve({ L, m }: Cholesky, b: Float64Array): Float64Array {
  for (let j = 0; j < m; j++) {
    let rest = b[j];
    for (let k = 0, J = j * m; k < j; k++) rest -= L[J + k] * b[k];
    b[j] = rest / L[j * m + j];
  }
  // By columns of L^T, the rows of L: they lie together in memory.
  for (let j = m - 1; j >= 0; j--) {
    const x = b[j] /= L[j * m + j];
    for (let k = 0, J = j * m; k < j; k++) b[k] -= L[J + k] * x;
  }
  return b;
}
