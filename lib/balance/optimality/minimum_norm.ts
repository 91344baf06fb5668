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

/** CAGrad: the direction reaches the bound that its dual, F over the simplex, sets to any direction of the ball. */
export function conflictAverse(G: Float64Array, w: Float64Array, c: number, divisor: number): Optimality[] {
  const K = w.length, n = rowNorms(G, K), mean = uniformWeights(K);
  const undivided = w.map((w) => w * divisor);
  const excess = undivided.map((w, i) => w - mean[i]);
  const a = gramTimes(G, undivided), l = gramTimes(G, mean);
  const radius = c * lengthOf(G, mean), away = lengthOf(G, excess);
  const longest = n.reduce((most, n) => Math.max(most, n), 0);
  const sum = excess.reduce((sum, x) => sum + x, 0);
  const worstOff = a.reduce((least, a) => Math.min(least, a), Infinity);
  // Inside the ball g_w = 0 is the dual's optimum, and its bound 0.
  const inside = !(sum > 0) || away < radius * (1 - 1e-9);
  const bound = inside ? 0 : (dot(excess, l) + radius * away) / sum;
  const terms = longest * (lengthOf(G, mean) * (1 + c) + 1e-6 * longest);
  // With c = 0 or a mean of zero there is no ball to choose from.
  const gap = radius === 0 ? 0 : Math.max(bound - worstOff, 0);
  return [
    {
      condition: "|d - g0| <= c |g0|",
      residual: share(Math.max(away - radius, 0), lengthOf(G, mean) * (1 + c) + 1e-6 * longest),
    },
    { condition: "min_i g_i . d reaches its bound min_w F(w)", residual: share(gap, terms) },
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
