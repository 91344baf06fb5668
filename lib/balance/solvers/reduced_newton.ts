import { cholesky, choleskySolve } from "./cholesky.ts";

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
