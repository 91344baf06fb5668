import { choleskySolve, factorRow } from "./cholesky.ts";

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
 * Supports that follow each other share most of their rows: the factor's rows before the first change are kept.
 *
 * @param norms |g_i| [K].
 * @returns For a support, indices S, at least one: the step [K], zero off S, for a gradient a [K].
 */
export function reducedNewton(
  G: Float64Array,
  norms: Float64Array,
  fixedSum: boolean,
): (support: readonly number[]) => (a: Float64Array) => Float64Array {
  const K = norms.length;
  const L = new Float64Array(K * K);
  let factored: readonly number[] = [];
  let r = -1;

  const factor = (S: readonly number[], reference: number) => {
    let j = 0;
    if (reference === r) { while (j < S.length && S[j] === factored[j]) j++; }
    r = reference;
    factored = S;
    for (; j < S.length; j++) {
      const own = S[j] * K;
      for (let k = 0; k <= j; k++) {
        const g = G[own + S[k]];
        L[j * K + k] = r < 0 ? g : (g - G[own + r]) + (G[r * K + r] - G[r * K + S[k]]);
      }
      factorRow(L, K, j, 4 * Number.EPSILON * (norms[S[j]] + (r < 0 ? 0 : norms[r])) ** 2);
    }
  };

  return (support) => {
    const reference = fixedSum ? support.reduce((least, i) => norms[i] < norms[least] ? i : least) : -1;
    const S = support.filter((i) => i !== reference);
    factor(S, reference);
    return (a) => {
      const reduced = new Float64Array(S.length);
      for (let j = 0; j < S.length; j++) reduced[j] = (r < 0 ? 0 : a[r]) - a[S[j]];
      choleskySolve(L, S.length, reduced, K);
      const step = new Float64Array(K);
      let sum = 0;
      for (let j = 0; j < S.length; j++) {
        step[S[j]] = reduced[j];
        sum += reduced[j];
      }
      if (r >= 0) step[r] = -sum;
      return step;
    };
  };
}
