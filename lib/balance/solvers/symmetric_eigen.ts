/** A = sum_k values[k] v_k v_k^T. */
export interface Eigen {
  /** [K], in no order. */
  readonly values: Float64Array;
  /** [K, K]: row k is the unit eigenvector v_k. */
  readonly vectors: Float64Array;
}

/** Far more sweeps than the quadratic convergence needs: 6 to 10 for K up to 64. */
const MAX_SWEEPS = 40;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
 *
 * Golub & Van Loan, "Matrix Computations", 4th edition, section 8.5.
 *
 * @param matrix [K, K], row-major, symmetric, finite.
 */
export function symmetricEigen(matrix: Float64Array, K: number): Eigen {
  const A = matrix.slice();
  const V = new Float64Array(K * K);
  for (let k = 0; k < K; k++) V[k * K + k] = 1;
  const negligible = Number.EPSILON / 8 * A.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
  for (let sweep = 0, rotated = true; rotated && sweep < MAX_SWEEPS; sweep++) {
    rotated = false;
    for (let p = 0; p < K; p++) {
      for (let q = p + 1; q < K; q++) {
        if (Math.abs(A[p * K + q]) <= negligible) continue;
        rotate(A, V, K, p, q);
        rotated = true;
      }
    }
  }
  return { values: Float64Array.from({ length: K }, (_, k) => A[k * K + k]), vectors: V };
}

/** The rotation in the plane (p, q) that makes A_pq zero: A <- R A R^T, V <- R V. */
function rotate(A: Float64Array, V: Float64Array, K: number, p: number, q: number): void {
  const P = p * K, Q = q * K;
  const app = A[P + p], aqq = A[Q + q], apq = A[P + q];
  const theta = (aqq - app) / 2 / apq;
  // The smaller root of t^2 + 2 theta t = 1, so that the angle is at most 45 degrees.
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1), s = t * c;
  for (let k = 0; k < K; k++) {
    const vp = V[P + k], vq = V[Q + k];
    V[P + k] = c * vp - s * vq;
    V[Q + k] = s * vp + c * vq;
    const ap = A[P + k], aq = A[Q + k];
    A[k * K + p] = A[P + k] = c * ap - s * aq;
    A[k * K + q] = A[Q + k] = s * ap + c * aq;
  }
  A[P + p] = app - t * apq;
  A[Q + q] = aqq + t * apq;
  A[P + q] = A[Q + p] = 0;
}

/**
 * pinv(A) b of a positive semidefinite A, and the rank of A.
 *
 * Eigenvalues below K epsilon of the largest count as zero, and so do components of b along an eigenvector below
 * K epsilon of |b|: rounding alone must not be amplified into a solution.
 */
export function pseudoSolve(
  A: Float64Array,
  b: Float64Array,
): { readonly solution: Float64Array; readonly rank: number } {
  const K = b.length;
  const { values, vectors } = symmetricEigen(A, K);
  const rounding = K * Number.EPSILON;
  const smallestValue = rounding * values.reduce((most, value) => Math.max(most, value), 0);
  const smallestComponent = rounding * Math.hypot(...b);
  const solution = new Float64Array(K);
  let rank = 0;
  for (let k = 0; k < K; k++) {
    if (values[k] <= smallestValue) continue;
    rank++;
    const v = vectors.subarray(k * K, (k + 1) * K);
    let component = 0;
    for (let i = 0; i < K; i++) component += v[i] * b[i];
    if (Math.abs(component) <= smallestComponent) continue;
    for (let i = 0; i < K; i++) solution[i] += component / values[k] * v[i];
  }
  return { solution, rank };
}
