import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { minimiseOnOrthant, minimiseOnSimplex, roundingOf, simplexTangent } from "../solvers/active_set.ts";
import { dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { uniformWeights } from "../solvers/simplex_projection.ts";

/**
 * CAGrad, conflict-averse gradient descent: within c |g0| of the mean gradient g0, the direction whose worst
 * improvement over the tasks is best.
 *
 *     w = argmin over the simplex of F(w) = g_w . g0 + c |g0| |g_w|,   g_w = sum_i w_i g_i
 *     d = g0 + c |g0| / |g_w| g_w,  over 1, 1 + c^2 or 1 + c (`rescale` 0, 1, 2)
 *
 * Solved exactly. |g_w| is the least (g_w^2/t + t)/2 over t > 0, so F is minimal at w(t), the minimiser of
 * w^T G w / 2 + (t / c |g0|) g_w . g0 over the simplex, for the one t with |g_w(t)| = t; w(t) is piecewise linear,
 * and a piece's t solves a quadratic equation.
 *
 * Where the gradients balance each other (g_w = 0 is optimal) the quotient is 0/0. The direction of best worst
 * improvement is then the one nearest to g0 against which no gradient points: g0 projected onto their dual cone.
 *
 * c = 0 is the mean gradient; as c grows, d approaches c |g0| times the unit direction of MGDA. From c = 1 on no loss
 * rises along -d.
 *
 * Liu et al., "Conflict-averse gradient descent for multi-task learning", NeurIPS 2021, algorithm 1; `rescale` as in
 * the authors' code.
 *
 * State: none.
 */
export const cagrad = defineMethod({
  name: "cagrad",
  needs: "gram",
  options: {
    /** Radius of the ball about g0, relative to |g0|, from 0 up. */
    c: v.optional(numberFrom(0), 0.5),
    /** What d is divided by: 1, 1 + c^2 or 1 + c. */
    rescale: v.optional(v.picklist([0, 1, 2]), 0),
  },
  weigh({ tasks, gram: G }, { c, rescale }) {
    const mean = uniformWeights(tasks);
    const correction = worstImprovement(G, mean, c);
    const divisor = [1, 1 + c * c, 1 + c][rescale];
    return mean.map((mean, i) => (mean + correction[i]) / divisor);
  },
});

/** Weights of the d - g0 that maximises min_i g_i . d, with |d - g0| at most c |g0|. */
function worstImprovement(G: Float64Array, mean: Float64Array, c: number): Float64Array {
  const K = mean.length;
  const n = rowNorms(G, K);
  const rounding = roundingOf(K);
  const l = gramTimes(G, mean);
  const radius = c * Math.sqrt(Math.max(dot(mean, l), 0));
  // The mean gradient is zero but for rounding, or nothing but it is asked for.
  if (radius <= c * Math.sqrt(rounding) * dot(mean, n)) return new Float64Array(K);

  const shortest = minimiseOnSimplex(G, new Float64Array(K));
  let low = sizeOf(G, shortest);
  if (low <= Math.sqrt(rounding) * dot(shortest, n)) {
    const onDualCone = minimiseOnOrthant(G, l);
    if (sizeOf(G, onDualCone) <= radius * (1 + rounding)) return onDualCone;
    low = 0;
  }
  const [w, t] = fixedPoint(G, l, radius, low, Math.max(...n));
  return w.map((w) => radius / t * w);
}

/** Relative accuracy of t. */
const PRECISION = 4 * Number.EPSILON;

/** Two to five pieces are the rule; halving alone would need about 60. */
const MAX_ROUNDS = 100;

/** w(t) and t with |g_w(t)| = t, for t from `low` to `high`; |g_w(t)| / t falls as t grows. */
function fixedPoint(
  G: Float64Array,
  l: Float64Array,
  radius: number,
  low: number,
  high: number,
): [Float64Array, number] {
  let t = Math.min(Math.max(radius, low), high);
  let w: Float64Array | undefined;
  for (let round = 1;; round++) {
    const mu = t / radius;
    w = minimiseOnSimplex(G, l.map((l) => mu * l), w);
    const size = sizeOf(G, w);
    if (size > t) low = t;
    else high = t;
    const settled = Math.abs(size - t) <= PRECISION * t || high - low <= PRECISION * high;
    if (settled || round === MAX_ROUNDS) return [w, t];
    const onPiece = t + pieceStep(G, l, w, mu, size, radius);
    t = onPiece > low && onPiece < high ? onPiece : (low + high) / 2;
  }
}

/** The step of t that solves |g_w| = t if w stays on its piece: w + delta dw/dmu at mu + delta. */
function pieceStep(
  G: Float64Array,
  l: Float64Array,
  w: Float64Array,
  mu: number,
  size: number,
  radius: number,
): number {
  const tangent = simplexTangent(G, l, w);
  const Gt = gramTimes(G, tangent);
  // A delta^2 + 2 B delta + C = 0, at the root where the difference falls; in units of the radius.
  const A = dot(tangent, Gt) / radius / radius - 1;
  const B = dot(w, Gt) / radius / radius - mu;
  const C = (size / radius - mu) * (size / radius + mu);
  return radius * C / (-B + Math.sqrt(B * B - A * C));
}

/** |g_w| */
function sizeOf(G: Float64Array, w: Float64Array): number {
  return Math.sqrt(Math.max(dot(w, gramTimes(G, w)), 0));
}
