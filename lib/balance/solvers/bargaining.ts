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

/** Least q beside the greatest: below, squares would vanish. Rows of 1e-30 to 1e30 stay far above. */
const LEAST_RATIO = 1e-140;

/**
 * w > 0 with G w = w^(-1/alpha), where 0 is not in the hull of the rows.
 *
 * In units of the solution for orthogonal rows, w_i = b_i n_i^(-2 alpha / (1 + alpha)), the lengths leave the problem
 * but for q_i = n_i^((1 - alpha) / (1 + alpha)), 1 if alpha is: Q C Q b = Q^2 b^(-1/alpha), with the cosines C.
 */
function bargainingWeights(G: Float64Array, K: number, alpha: number): Float64Array {
  const n = rowNorms(G, K), power = -1 / alpha;
  const share = n.map((n) => n ** ((1 - alpha) / (1 + alpha)));
  const greatest = share.reduce((most, q) => Math.max(most, q));
  const q = share.map((q) => Math.max(q / greatest, LEAST_RATIO)), squares = q.map((q) => q * q);
  const A = cosines(G, n).map((c, at) => q[Math.floor(at / K)] * c * q[at % K]);

  const b = new Float64Array(K).fill(startingScale(A, squares, alpha));
  let last = Infinity;
  for (let round = 0; round < MAX_STEPS; round++) {
    const Ab = gramTimes(A, b);
    const asked = b.map((b, i) => squares[i] * b ** power);
    // Of D H D with D = diag(b): the curvature is then 1/alpha q^2 b^(1 - 1/alpha) beside the matrix of b_i A_ij b_j.
    const curvature = b.map((b, i) => b * asked[i] / alpha);
    const H = new Float64Array(K * K);
    for (let j = 0; j < K; j++) {
      for (let k = 0; k <= j; k++) H[j * K + k] = b[j] * A[j * K + k] * b[k];
      H[j * K + j] += curvature[j];
    }
    cholesky(H, K, curvature.map((curvature) => curvature * Number.EPSILON));
    const relative = choleskySolve(H, K, b.map((b, i) => b * (asked[i] - Ab[i])));
    const size = relative.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    // Rounding alone is left where small steps shrink no more.
    if (!(size < last || size > 1e-4)) break;
    last = size;
    const step = relative.map((x, i) => x * b[i]);
    const t = size < 0.1 ? 1 : lineSearch(A, squares, b, step, power);
    for (let i = 0; i < K; i++) b[i] += t * step[i];
    if (size < CONVERGED) break;
  }
  return b.map((b, i) => b * n[i] ** (-2 * alpha / (1 + alpha)));
}

/** t where F is least for b = t, all alike: t^2 sum A / 2 - sum q^2 phi(t). */
function startingScale(A: Float64Array, squares: Float64Array, alpha: number): number {
  const quadratic = A.reduce((sum, a) => sum + a, 0), asked = squares.reduce((sum, q) => sum + q, 0);
  return quadratic > 1e-12 * asked ? (asked / quadratic) ** (alpha / (1 + alpha)) : 1;
}

/** t with F'(b + t step) near 0 or negative: doubled while F still falls steeply, halved where it rises. */
function lineSearch(
  A: Float64Array,
  squares: Float64Array,
  b: Float64Array,
  step: Float64Array,
  power: number,
): number {
  const product = gramTimes(A, step);
  const linear = dot(b, product), square = dot(step, product);
  const slope = (t: number) => {
    let sum = linear + t * square;
    for (let i = 0; i < b.length; i++) sum -= step[i] * squares[i] * (b[i] + t * step[i]) ** power;
    return sum;
  };
  // Stays inside b > 0.
  let most = Infinity;
  for (let i = 0; i < b.length; i++) if (step[i] < 0) most = Math.min(most, 0.99 * b[i] / -step[i]);
  // A small component that is still far off must not be stopped by what rounding leaves of the great ones.
  let terms = 0;
  for (let i = 0; i < b.length; i++) terms += Math.abs(step[i]) * squares[i] * b[i] ** power;
  const steep = Math.max(Math.abs(slope(0)) / 10, roundingOf(b.length) * terms);
  let t = Math.min(1, most);
  for (let round = 0; round < 60 && slope(t) < -steep && 2 * t <= most; round++) t *= 2;
  for (let round = 0; round < 60 && slope(t) > steep; round++) t /= 2;
  return t;
}
