import { minimiseOnOrthant, minimiseOnSimplex, roundingOf } from "./active_set.ts";
import { cholesky, choleskySolve } from "./cholesky.ts";
import { eliminateAll } from "./elimination.ts";
import { cosines, dot, gramTimes, rowNorms, submatrix } from "./gram.ts";

/**
 * Fair bargaining of the rows over a direction d = J^T w:
 *
 *     G w = w^(-1/alpha),  w > 0
 *
 * the optimum of sum_i u_i^(1-alpha) / (1-alpha) - |d|^2 / 2 with the utilities u_i = g_i . d; for alpha = 1, of
 * sum_i log u_i, Nash's solution. Solved on the convex dual by damped Newton steps:
 *
 *     minimise F(w) = w^T G w / 2 - sum_i phi(w_i),   phi' = w^(-1/alpha)
 *
 * There is a solution, and one only, unless 0 is in the convex hull of the rows: then some tasks balance each other,
 * no direction improves one of them without harming another, and F falls for ever. Those tasks do not bargain: d is
 * orthogonal to their rows, and the others bargain with what is left of their own (the limit of w as G is regularised
 * less and less). The weights of the balanced are the non-negative ones that take their rows out of d. Rows of zero
 * are such tasks. If all are, w = 0: the point is Pareto stationary.
 *
 * Navon et al., "Multi-task learning as a bargaining game", ICML 2022; Ban & Ji, "Fair resource allocation in
 * multi-task learning", ICML 2024.
 *
 * @returns w [K], finite; |G w - w^(-1/alpha)| is some epsilon of |G| w + w^(-1/alpha) in every row.
 */
export function bargain(G: Float64Array, K: number, alpha: number): Float64Array {
  const { able, balanced, projected } = bargainers(G, K);
  const w = new Float64Array(K);
  if (able.length === 0) return w;
  const a = bargainingWeights(submatrix(projected, K, able), able.length, alpha);
  able.forEach((i, k) => w[i] = a[k]);
  const resisting = balanced.filter((i) => G[i * K + i] > 0);
  if (resisting.length > 0) {
    const p = gramTimes(G, w);
    const x = minimiseOnOrthant(submatrix(G, K, resisting), Float64Array.from(resisting, (i) => p[i]));
    resisting.forEach((i, k) => w[i] = x[k]);
  }
  return w;
}

/** Who can bargain. */
export interface Bargainers {
  /** Tasks that some direction improves while it harms none. */
  readonly able: readonly number[];
  /** The other tasks: a positive combination of their rows is zero. */
  readonly balanced: readonly number[];
  /** [K, K]: Gram matrix of the rows, projected onto the orthogonal complement of those of the balanced. */
  readonly projected: Float64Array;
}

/** Separates the tasks that balance each other, by minimum-norm points: one of norm 0 has none but such tasks. */
export function bargainers(G: Float64Array, K: number): Bargainers {
  const n = rowNorms(G, K);
  const zero = roundingOf(K);
  // What projections leave of a unit row, squared, where it has nothing left.
  const spent = 64 * zero;
  const C = cosines(G, n);
  let able = Array.from(n.keys()).filter((i) => n[i] > 0);
  while (able.length > 0) {
    const unit = submatrix(C, K, able), left = rowNorms(unit, able.length);
    const hull = cosines(unit, left);
    const w = minimiseOnSimplex(hull, new Float64Array(able.length));
    if (dot(w, gramTimes(hull, w)) > zero) break;
    const opposed = able.filter((_, k) => w[k] > 0);
    eliminateAll(C, K, opposed, spent);
    able = able.filter((i, k) => w[k] === 0 && C[i * K + i] > spent);
  }
  const balanced = Array.from(n.keys()).filter((i) => !able.includes(i));
  const projected = balanced.every((i) => n[i] === 0)
    ? G
    : C.map((c, at) => c * n[Math.floor(at / K)] * n[at % K]);
  return { able, balanced, projected };
}

/** Newton steps that follow each other closer than this, relative to w, have converged quadratically. */
const CONVERGED = 1e-8;

/** Ten to thirty are the rule, the more the nearer 0 is to the hull. */
const MAX_STEPS = 200;

/** w > 0 with G w = w^(-1/alpha), where 0 is not in the hull of the rows. */
function bargainingWeights(gram: Float64Array, K: number, alpha: number): Float64Array {
  const power = -1 / alpha;
  // In units in which the longest row is 1, so that no power overflows.
  let longest = 0;
  for (let i = 0; i < K; i++) longest = Math.max(longest, gram[i * K + i]);
  const G = gram.map((g) => g / longest);

  const w = start(G, K, alpha);
  let last = Infinity;
  for (let round = 0; round < MAX_STEPS; round++) {
    const Gw = gramTimes(G, w);
    const asked = w.map((w) => w ** power);
    // Of D H D with D = diag(w): the curvature is then 1/alpha w^(1 - 1/alpha) beside the Gram matrix of w_i g_i.
    const curvature = w.map((w, i) => w * asked[i] / alpha);
    const H = new Float64Array(K * K);
    for (let j = 0; j < K; j++) {
      for (let k = 0; k <= j; k++) H[j * K + k] = w[j] * G[j * K + k] * w[k];
      H[j * K + j] += curvature[j];
    }
    cholesky(H, K, curvature.map((curvature) => curvature * Number.EPSILON));
    const relative = choleskySolve(H, K, w.map((w, i) => w * (asked[i] - Gw[i])));
    const size = relative.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    // Rounding alone is left where small steps shrink no more.
    if (!(size < last || size > 1e-4)) break;
    last = size;
    const step = relative.map((x, i) => x * w[i]);
    const t = size < 0.1 ? 1 : lineSearch(G, w, step, power);
    for (let i = 0; i < K; i++) w[i] += t * step[i];
    if (size < CONVERGED) break;
  }
  const unit = longest ** (-alpha / (1 + alpha));
  return w.map((w) => w * unit);
}

/** The solution if the rows were orthogonal, scaled to where F is least along it. */
function start(G: Float64Array, K: number, alpha: number): Float64Array {
  const w = Float64Array.from({ length: K }, (_, i) => G[i * K + i] ** (-alpha / (1 + alpha)));
  const square = dot(w, gramTimes(G, w));
  const asked = w.reduce((sum, w) => sum + w ** (1 - 1 / alpha), 0);
  const scale = square > 1e-12 * asked ? (asked / square) ** (alpha / (1 + alpha)) : 1;
  return w.map((w) => w * scale);
}

/** t with F'(w + t step) near 0 or negative: doubled while F still falls steeply, halved where it rises. */
function lineSearch(G: Float64Array, w: Float64Array, step: Float64Array, power: number): number {
  const product = gramTimes(G, step);
  const linear = dot(w, product), square = dot(step, product);
  const slope = (t: number) => {
    let sum = linear + t * square;
    for (let i = 0; i < w.length; i++) sum -= step[i] * (w[i] + t * step[i]) ** power;
    return sum;
  };
  // Stays inside w > 0.
  let most = Infinity;
  for (let i = 0; i < w.length; i++) if (step[i] < 0) most = Math.min(most, 0.99 * w[i] / -step[i]);
  const steep = Math.abs(slope(0)) / 10;
  let t = Math.min(1, most);
  for (let round = 0; round < 60 && slope(t) < -steep && 2 * t <= most; round++) t *= 2;
  for (let round = 0; round < 60 && slope(t) > steep; round++) t /= 2;
  return t;
}
