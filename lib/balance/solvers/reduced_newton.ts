/**
 * Newton steps of q(w) = w^T G w / 2 + p^T w on a support S, all other weights fixed.
 *
 *     free:       s_S = -G_SS^{-1} a_S,          a = G w + p
 *     fixedSum:   the same with sum s = 0, over the edges e_j = g_j - g_r from the shortest row r of S, so that no
 *                 edge is lost beside a much longer r
 *
 * Both go through a Cholesky factor, whose accuracy no scaling of the rows disturbs. Pivots below what rounding
 * leaves of |e_j|^2 are raised to that: on rows that depend on each other the step stays finite and downhill, and
 * a second step from its end removes the error.
 *
 * @param norms |g_i| [K].
 * @param support Indices S, at least one.
 * @returns The step [K], zero off S, for a gradient a [K].
 */
export function reducedNewton(
  G: Float64Array,
  norms: Float64Array,
  support: readonly number[],
  fixedSum: boolean,
): (a: Float64Array) => Float64Array {
  const K = norms.length;
  const r = fixedSum ? support.reduce((least, i) => norms[i] < norms[least] ? i : least) : -1;
  const S = support.filter((i) => i !== r);
  const L = cholesky(S.length, (j, k) => {
    const g = G[S[j] * K + S[k]];
    return r < 0 ? g : (g - G[S[j] * K + r]) + (G[r * K + r] - G[r * K + S[k]]);
  }, (j) => 4 * Number.EPSILON * (norms[S[j]] + (r < 0 ? 0 : norms[r])) ** 2);

  return (a) => {
    const reduced = choleskySolve(L, Float64Array.from(S, (i) => (r < 0 ? 0 : a[r]) - a[i]));
    const step = new Float64Array(K);
    let sum = 0;
    S.forEach((i, j) => {
      step[i] = reduced[j];
      sum += reduced[j];
    });
    if (r >= 0) step[r] = -sum;
    return step;
  };
}

/** Lower L [m, m] with L L^T = A, where squared pivots are at least `floor`. */
function cholesky(
  m: number,
  A: (j: number, k: number) => number,
  floor: (j: number) => number,
): { readonly L: Float64Array; readonly m: number } {
  const L = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k <= j; k++) {
      let rest = A(j, k);
      for (let i = 0, J = j * m, B = k * m; i < k; i++) rest -= L[J + i] * L[B + i];
      L[j * m + k] = k < j ? rest / L[k * m + k] : Math.sqrt(Math.max(rest, floor(j), Number.MIN_VALUE));
    }
  }
  return { L, m };
}

/** x with L L^T x = b; overwrites b. */
function choleskySolve({ L, m }: { L: Float64Array; m: number }, b: Float64Array): Float64Array {
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < j; k++) b[j] -= L[j * m + k] * b[k];
    b[j] /= L[j * m + j];
  }
  for (let j = m - 1; j >= 0; j--) {
    for (let k = j + 1; k < m; k++) b[j] -= L[k * m + j] * b[k];
    b[j] /= L[j * m + j];
  }
  return b;
}
