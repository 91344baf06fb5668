import { dot, gramTimes, rowNorms } from "./gram.ts";
import { reducedNewton } from "./reduced_newton.ts";

/**
 * Exact minimisers of q(w) = w^T G w / 2 + p^T w over the simplex and over the orthant w >= 0, by a primal active
 * set: finite, where Frank-Wolfe and projected gradients only approach. Without p, on the simplex, it is Wolfe's
 * algorithm for the nearest point of a polytope, on the Gram matrix alone; on the orthant it is non-negative least
 * squares.
 *
 * Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976); Lawson & Hanson, "Solving
 * Least Squares Problems" (1974), chapter 23.
 *
 *     G [K, K]   Gram matrix of the rows g_i          n_i   |g_i|
 *     p [K]      linear term, J x for some x          a     G w + p, the gradient of q
 *     S          support of w                         theta multiplier of sum w = 1, 0 on the orthant
 */

/**
 * argmin of w^T G w / 2 + p^T w over the simplex.
 *
 * Several w may reach the minimum (duplicated rows, 0 inside the hull); J^T w is the same for all of them.
 *
 * @param p Zero if absent, as for the point of least norm.
 * @param start A point of the simplex to start from; the best vertex if absent.
 * @returns w [K]; every KKT residual is some epsilon of (n_i + m) m, with m = sum_j w_j n_j.
 */
export function minimiseOnSimplex(
  G: Float64Array,
  p: Float64Array,
  start: Float64Array = bestVertex(G, p),
): Float64Array {
  return activeSet(G, p, start.slice(), true);
}

/**
 * argmin of v^T G v / 2 + p^T v over v >= 0; G v is the same for all minimisers.
 *
 * @param start Where to start from, from 0 up; zero if absent.
 */
export function minimiseOnOrthant(
  G: Float64Array,
  p: Float64Array,
  start: Float64Array = new Float64Array(p.length),
): Float64Array {
  return activeSet(G, p, start.slice(), false);
}

/** dw/dmu of the minimisers w(mu) over the simplex with p = mu l, as long as the support stays that of w. */
export function simplexTangent(G: Float64Array, l: Float64Array, w: Float64Array): Float64Array {
  return reducedNewton(G, rowNorms(G, w.length), true)(supportOf(w))(l);
}

/** What rounding leaves of a zero, relative to the size of its terms. */
export function roundingOf(K: number): number {
  return 4 * K * Number.EPSILON;
}

function activeSet(G: Float64Array, p: Float64Array, w: Float64Array, fixedSum: boolean): Float64Array {
  const K = w.length;
  const n = rowNorms(G, K);
  const S = supportOf(w);
  const newton = reducedNewton(G, n, fixedSum);
  // Indices that entered and left again at once since w last moved: rounding alone asked for them.
  const barred = new Set<number>();
  if (S.length > 1) descend(G, p, w, gradient(G, p, w), S, newton);
  // Each round that moves w lowers q; far fewer are ever needed.
  for (let round = 0; round < 20 * K + 20; round++) {
    const a = gradient(G, p, w);
    const entering = mostViolated(p, n, w, a, S, barred, fixedSum);
    if (entering < 0) break;
    S.push(entering);
    if (descend(G, p, w, a, S, newton)) barred.clear();
    else barred.add(entering);
  }
  return w;
}

/** The index off the support whose weight should grow most, or -1 where w is optimal up to rounding. */
function mostViolated(
  p: Float64Array,
  n: Float64Array,
  w: Float64Array,
  a: Float64Array,
  S: readonly number[],
  barred: ReadonlySet<number>,
  fixedSum: boolean,
): number {
  const m = dot(w, n);
  const theta = fixedSum ? dot(w, a) : 0;
  let spread = 0;
  if (fixedSum) {
    spread = m * m;
    for (let i = 0; i < w.length; i++) spread += w[i] * Math.abs(p[i]);
  }
  const rounding = roundingOf(w.length);
  let entering = -1, most = 1;
  for (let i = 0; i < w.length; i++) {
    const noise = rounding * (n[i] * m + Math.abs(p[i]) + spread);
    const violation = (theta - a[i]) / noise;
    if (violation > most && !S.includes(i) && !barred.has(i)) [entering, most] = [i, violation];
  }
  return entering;
}

/**
 * Minimises q on the face of the support, from w with the gradient a, dropping from it what meets zero. Says whether the first step, the one
 * with an index that has just entered, moved w.
 */
function descend(
  G: Float64Array,
  p: Float64Array,
  w: Float64Array,
  a: Float64Array,
  S: number[],
  newton: ReturnType<typeof reducedNewton>,
): boolean {
  let moved: boolean | undefined;
  const K = w.length, z = new Float64Array(K), left = new Float64Array(K);
  while (S.length > 0) {
    const stepFor = newton(S);
    const step = stepFor(moved === undefined ? a : gradient(G, p, w));
    // A step from the step's end refines it to the accuracy of the gradient, of which the support's part is enough.
    for (const i of S) z[i] = w[i] + step[i];
    for (const i of S) {
      let sum = p[i];
      for (let k = 0; k < S.length; k++) sum += G[i * K + S[k]] * z[S[k]];
      left[i] = sum;
    }
    const correction = stepFor(left);
    for (const i of S) step[i] += correction[i];

    let t = 1;
    for (const i of S) if (w[i] + step[i] <= 0) t = w[i] > 0 ? Math.min(t, w[i] / -step[i]) : 0;
    for (const i of S) w[i] = w[i] + t * step[i];
    moved ??= t > 0;
    if (t === 1) break;
    for (let k = S.length - 1; k >= 0; k--) {
      const i = S[k];
      // What stopped the step is zero but for rounding.
      const blocks = step[i] < 0 && w[i] <= -step[i] * Number.EPSILON;
      if (w[i] > 0 && !blocks) continue;
      w[i] = 0;
      S.splice(k, 1);
    }
  }
  return moved ?? false;
}

/** G w + p */
function gradient(G: Float64Array, p: Float64Array, w: Float64Array): Float64Array {
  const a = gramTimes(G, w);
  for (let i = 0; i < a.length; i++) a[i] += p[i];
  return a;
}

function supportOf(w: Float64Array): number[] {
  return Array.from(w.keys()).filter((i) => w[i] > 0);
}

function bestVertex(G: Float64Array, p: Float64Array): Float64Array {
  const K = p.length;
  let best = 0;
  for (let i = 1; i < K; i++) {
    if (G[i * K + i] / 2 + p[i] < G[best * K + best] / 2 + p[best]) best = i;
  }
  const vertex = new Float64Array(K);
  vertex[best] = 1;
  return vertex;
}
