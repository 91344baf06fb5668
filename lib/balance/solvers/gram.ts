/** Small products with a Gram matrix G = J J^T [K, K], row-major. Products of weights with J need no more of J. */

/** |g_i| of each row [K]. */
export function rowNorms(G: Float64Array, K: number): Float64Array {
  return Float64Array.from({ length: K }, (_, i) => Math.sqrt(G[i * K + i]));
}

/** G x: row i is g_i . (J^T x). */
export function gramTimes(G: Float64Array, x: ArrayLike<number>): Float64Array {
  const K = x.length;
  const product = new Float64Array(K);
  for (let j = 0; j < K; j++) {
    const xj = x[j];
    if (xj === 0) continue;
    // Row j is column j: G is symmetric, and rows lie together in memory.
    for (let i = 0, at = j * K; i < K; i++) product[i] += G[at + i] * xj;
  }
  return product;
}

/** x . y */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/**
 * The Gram matrix of unit rows, C_ij = G_ij / (|g_i| |g_j|). Zero rows stay zero.
 *
 * Divides by one norm at a time, so that no product of norms overflows or underflows.
 */
export function cosines(G: Float64Array, norms: Float64Array): Float64Array {
  const K = norms.length;
  const C = new Float64Array(K * K);
  for (let i = 0; i < K; i++) {
    if (norms[i] === 0) continue;
    for (let j = 0; j < K; j++) if (norms[j] !== 0) C[i * K + j] = G[i * K + j] / norms[i] / norms[j];
  }
  return C;
}

/** G [m, m] of some rows. */
export function submatrix(G: Float64Array, K: number, rows: readonly number[]): Float64Array {
  const m = rows.length;
  const part = new Float64Array(m * m);
  for (let j = 0; j < m; j++) for (let k = 0; k < m; k++) part[j * m + k] = G[rows[j] * K + rows[k]];
  return part;
}
