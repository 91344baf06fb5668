/**
 * The point of the probability simplex nearest to y.
 *
 *     sort y descending to s;  r = max{j : s_j + (1 - sum_{i<=j} s_i)/j > 0};  tau = (sum_{i<=r} s_i - 1)/r
 *     Proj(y) = max(y - tau, 0)
 *
 * Held, Wolfe & Crowder, "Validation of subgradient optimization", Mathematical Programming 6 (1974).
 *
 * @param y Finite numbers [K], of any size.
 * @returns [K], from 0 up, sum 1.
 */
export function projectOntoSimplex(y: ArrayLike<number>): Float64Array {
  const s = Float64Array.from(y).sort().reverse();
  // Measured from the largest: 1 would be lost beside a y of 1e60, and with it the sum.
  const top = s[0];
  let tau = 0;
  for (let j = 0, sum = 0; j < s.length; j++) {
    sum += s[j] - top;
    const candidate = (sum - 1) / (j + 1);
    if (s[j] - top <= candidate) break;
    tau = candidate;
  }
  return Float64Array.from(y, (value) => Math.max(value - top - tau, 0));
}

/** lambda0 = 1/K, K times. */
export function uniformWeights(K: number): Float64Array {
  return new Float64Array(K).fill(1 / K);
}
