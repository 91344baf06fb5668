import { cholesky, choleskySolve } from "./cholesky.ts";

/** Relative pivots below this make a support too dependent to jump to. */
const INDEPENDENT = 1e-8;

/** Rounds of exchanging every wrong index that may pass without fewer of them. */
const PATIENCE = 3;

/**
 * The minimiser of x^T G x / 2 + p^T x over x >= 0 by block principal pivoting: all indices on the wrong side change
 * sides at once, so that a few rounds do what an active set does one index at a time.
 *
 *     x_S = -G_SS^{-1} p_S,  y = G x + p;  wrong: x_i < 0 in S, y_i < 0 off S
 *
 * The method may cycle, and it needs independent rows: it promises nothing, and what it finds is to be verified.
 *
 * Portugal, Júdice & Vicente, "A comparison of block pivoting and interior-point algorithms for linear least squares
 * problems with nonnegative variables", Mathematics of Computation 63 (1994), algorithm 2 without its fallback.
 *
 * @param support Indices to begin with, such as the support of a neighbouring problem's minimiser.
 * @returns x [K], or undefined where the method gave up.
 */
export function blockPivoting(
  G: Float64Array,
  p: Float64Array,
  support: Iterable<number>,
): Float64Array | undefined {
  const K = p.length;
  const inside = new Uint8Array(K);
  for (const i of support) inside[i] = 1;
  let fewest = K + 1, patience = PATIENCE;
  while (patience >= 0) {
    const S: number[] = [];
    for (let i = 0; i < K; i++) if (inside[i]) S.push(i);
    const L = cholesky(S.length, (j, k) => G[S[j] * K + S[k]], () => 0);
    if (L.leastPivot < INDEPENDENT) return undefined;
    const xS = choleskySolve(L, Float64Array.from(S, (i) => -p[i]));

    const y = p.slice();
    for (let k = 0; k < S.length; k++) {
      for (let i = 0, at = S[k] * K; i < K; i++) y[i] += G[at + i] * xS[k];
    }
    let wrong = 0;
    for (let k = 0; k < S.length; k++) {
      if (xS[k] >= 0) continue;
      inside[S[k]] = 0;
      wrong++;
    }
    for (let i = 0, k = 0; i < K; i++) {
      if (S[k] === i) k++;
      else if (y[i] < -1e-13 * Math.abs(p[i])) {
        inside[i] = 1;
        wrong++;
      }
    }
    if (wrong === 0) {
      const x = new Float64Array(K);
      for (let k = 0; k < S.length; k++) x[S[k]] = xS[k];
      return x;
    }
    if (wrong < fewest) [fewest, patience] = [wrong, PATIENCE];
    else patience--;
  }
  return undefined;
}
