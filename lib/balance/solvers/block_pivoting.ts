import { choleskySolve, factorRow } from "./cholesky.ts";

/** Squared length, relative to its own, that a row must have off the span of the support to join it. */
const INDEPENDENT = 1e-8;

/** Rounds of exchanging every wrong index that may pass without fewer of them. */
const PATIENCE = 3;

/**
 * A start near the minimiser of x^T G x / 2 + p^T x over x >= 0, by block principal pivoting: all indices on the
 * wrong side change sides at once, so that a few rounds do what an active set does one index at a time.
 *
 *     x_S = -G_SS^{-1} p_S,  y = G x + p;  wrong: x_i < 0 in S, y_i < 0 off S
 *
 * The supports are kept independent: of rows that depend on each other, those with the least y_i join. Mostly it ends
 * at the minimiser, but it may cycle, and a row left out may have been needed: an active set has to go on from here.
 *
 * Portugal, Júdice & Vicente, "A comparison of block pivoting and interior-point algorithms for linear least squares
 * problems with nonnegative variables", Mathematics of Computation 63 (1994).
 *
 * @param support Indices to begin with, such as the support of a neighbouring problem's minimiser.
 * @returns x [K], from 0 up: what had the fewest wrong indices, its own wrong ones at 0.
 */
export function blockPivoting(
  G: Float64Array,
  p: Float64Array,
  support: Iterable<number>,
): Float64Array {
  const K = p.length;
  const L = new Float64Array(K * K), y = new Float64Array(K), inside = new Uint8Array(K);
  const best = new Float64Array(K);
  let S: number[] = [], candidates = [...support];
  let fewest = K + 1, patience = PATIENCE;
  while (patience >= 0) {
    S = [];
    inside.fill(0);
    for (const i of candidates) {
      const m = S.length;
      for (let k = 0; k < m; k++) L[m * K + k] = G[i * K + S[k]];
      L[m * K + m] = G[i * K + i];
      if (!(factorRow(L, K, m, 0) > INDEPENDENT * G[i * K + i])) continue;
      S.push(i);
      inside[i] = 1;
    }
    const xS = new Float64Array(S.length);
    for (let k = 0; k < S.length; k++) xS[k] = -p[S[k]];
    choleskySolve(L, S.length, xS, K);

    y.set(p);
    for (let k = 0; k < S.length; k++) {
      for (let i = 0, at = S[k] * K; i < K; i++) y[i] += G[at + i] * xS[k];
    }
    const right = S.filter((_, k) => xS[k] >= 0);
    const entering: number[] = [];
    for (let i = 0; i < K; i++) if (!inside[i] && y[i] < -1e-13 * Math.abs(p[i])) entering.push(i);
    const wrong = S.length - right.length + entering.length;
    if (wrong < fewest) {
      [fewest, patience] = [wrong, PATIENCE];
      best.fill(0);
      for (let k = 0; k < S.length; k++) best[S[k]] = Math.max(xS[k], 0);
    } else patience--;
    if (wrong === 0) break;
    candidates = [...right, ...entering.sort((i, j) => y[i] - y[j])];
  }
  return best;
}
