import { minimiseOnSimplex, roundingOf } from "../solvers/active_set.ts";
import { dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { uniformWeights } from "../solvers/simplex_projection.ts";
import { type Optimality, share, worst } from "./condition.ts";

/** MGDA: the KKT conditions of argmin w^T G w over the simplex. */
export function minimumNorm(G: Float64Array, w: Float64Array): Optimality[] {
  const n = rowNorms(G, w.length), a = gramTimes(G, w);
  const square = dot(w, a), m = dot(w, n);
  const slack = a.map((a, i) => {
    const gap = a - square;
    return share(w[i] > 0 ? Math.abs(gap) : Math.max(-gap, 0), (n[i] + m) * m);
  });
  return [
    onSimplex(w),
    { condition: "g_i . d >= d . d, equal where w_i > 0", residual: worst(slack) },
  ];
}

/** CAGrad: the worst improvement of the direction reaches F of a point of the simplex, above which none gets. */
export function conflictAverse(G: Float64Array, w: Float64Array, c: number, divisor: number): Optimality[] {
  const K = w.length, n = rowNorms(G, K), mean = uniformWeights(K);
  const undivided = w.map((w) => w * divisor), excess = undivided.map((w, i) => w - mean[i]);
  const l = gramTimes(G, mean), size = lengthOf(G, mean), radius = c * size;
  const F = (w: Float64Array) => {
    const length = lengthOf(G, w);
    // A square root makes much of what rounding leaves of a zero.
    return dot(w, l) + (length <= Math.sqrt(roundingOf(K)) * dot(w, n) ? 0 : radius * length);
  };

  // d - g0 has the direction of the best g_w, unless g_w = 0 is best, as it may be where the minimum norm is 0.
  const positive = excess.map((x) => Math.max(x, 0)), sum = positive.reduce((sum, x) => sum + x, 0);
  const shortest = minimiseOnSimplex(G, new Float64Array(K));
  const bound = Math.min(F(shortest), sum > 0 ? F(positive.map((x) => x / sum)) : Infinity);
  const worstOff = gramTimes(G, undivided).reduce((least, a) => Math.min(least, a), Infinity);
  const longest = n.reduce((most, n) => Math.max(most, n), 0);
  const reach = size * (1 + c) + 1e-6 * longest;
  return [
    { condition: "|d - g0| <= c |g0|", residual: share(Math.max(lengthOf(G, excess) - radius, 0), reach) },
    // Without a ball there is nothing to choose.
    {
      condition: "min_i g_i . d = min_w F(w)",
      residual: radius === 0 ? 0 : share(Math.max(bound - worstOff, 0), longest * reach),
    },
  ];
}

function onSimplex(w: Float64Array): Optimality {
  const sum = w.reduce((sum, w) => sum + w, 0);
  const residual = Math.max(Math.abs(sum - 1), worst(w.map((w) => -w)));
  return { condition: "w_i >= 0, sum w = 1", residual };
}

/** |J^T w| */
function lengthOf(G: Float64Array, w: Float64Array): number {
  return Math.sqrt(Math.max(dot(w, gramTimes(G, w)), 0));
}
