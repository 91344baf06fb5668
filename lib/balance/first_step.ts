import type { NamedBalancer } from "./balancer_text.ts";
import type { Optimality } from "./optimality/condition.ts";
import { optimalityResiduals } from "./optimality/residuals.ts";
import { createBalancer } from "./registry.ts";
import { gramTimes } from "./solvers/gram.ts";
import { symmetricEigen } from "./solvers/symmetric_eigen.ts";

/** What a balancer does in its first step on a Gram matrix. */
export interface FirstStep {
  /**
   * Weights [T] with d = sum_i w_i g_i. Undefined where a method that combines gradients makes a d that is no sum of
   * them, as it may for dependent ones.
   */
  readonly weights?: Float64Array;
  /** |d| */
  readonly norm: number;
  /** g_i . d [T]: how fast each loss falls along -d. */
  readonly products: Float64Array;
  /** Tasks with g_i . d < 0 beyond rounding, whose losses rise. */
  readonly conflicts: readonly number[];
  /** Residuals of the method's optimality conditions, where it has any. */
  readonly residuals: readonly Optimality[];
  /** Whether the method got rows made from the Gram matrix, in float32, since it needs gradients. */
  readonly fromRows: boolean;
}

/** What rounding leaves of a g_i . d = 0, relative to its terms: of float64 and of float32 gradients. */
const ROUNDING = { weighed: 1e-10, combined: 1e-5 } as const;

/**
 * The first step of a balancer on a Gram matrix alone.
 *
 * A method that needs the gradients themselves gets the rows of J = G^(1/2), the symmetric root, for which J J^T = G.
 * What it does element by element depends on that choice.
 *
 * @param gram [T, T], row-major, symmetric, positive semidefinite.
 * @param losses [T]
 * @throws {RangeError} If the balancer refuses the step.
 */
export function firstStep(
  { name, options }: NamedBalancer,
  gram: Float64Array,
  losses: Float64Array,
): FirstStep {
  const balancer = createBalancer(name, options), tasks = losses.length;
  if (balancer.combine) {
    const roots = symmetricRoots(gram, tasks);
    const J = rowsOf(roots.root, tasks);
    const combined = balancer.combine({ losses, gradients: J.map((row) => Float32Array.from(row)), step: 0 });
    const d = Float64Array.from(combined), norm = Math.hypot(...d);
    const weights = gramTimes(roots.inverse, d);
    const missed = gramTimes(roots.root, weights).map((x, k) => x - d[k]);
    const products = gramTimes(roots.root, d);
    const sizes = J.map((row) => Math.hypot(...row) * norm);
    return {
      ...Math.hypot(...missed) <= ROUNDING.combined * norm ? { weights } : {},
      ...{ norm, products, residuals: [], fromRows: true },
      conflicts: below(products, sizes.map((size) => ROUNDING.combined * size)),
    };
  }
  const weights = balancer.weigh!({ losses, gram, step: 0 });
  const products = gramTimes(gram, weights);
  const sizes = gramTimes(gram.map(Math.abs), weights.map(Math.abs));
  return {
    ...{ weights, products, fromRows: false },
    norm: Math.sqrt(Math.max(weights.reduce((sum, w, i) => sum + w * products[i], 0), 0)),
    conflicts: below(products, sizes.map((size) => ROUNDING.weighed * size)),
    residuals: optimalityResiduals(name, gram, weights, { ...options }),
  };
}

/** The indices where x < -tolerance. */
function below(x: Float64Array, tolerance: ArrayLike<number>): number[] {
  return Array.from(x.keys()).filter((i) => x[i] < -tolerance[i]);
}

/** G^(1/2) and its pseudo-inverse, both symmetric [K, K]. */
function symmetricRoots(G: Float64Array, K: number): { root: Float64Array; inverse: Float64Array } {
  const { values, vectors } = symmetricEigen(G, K);
  const rounding = K * Number.EPSILON * Math.max(...values);
  const root = new Float64Array(K * K), inverse = new Float64Array(K * K);
  for (let k = 0; k < K; k++) {
    if (!(values[k] > rounding)) continue;
    const sigma = Math.sqrt(values[k]), v = vectors.subarray(k * K, (k + 1) * K);
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < K; j++) {
        root[i * K + j] += sigma * v[i] * v[j];
        inverse[i * K + j] += v[i] * v[j] / sigma;
      }
    }
  }
  return { root, inverse };
}

function rowsOf(matrix: Float64Array, K: number): Float64Array[] {
  return Array.from({ length: K }, (_, i) => matrix.subarray(i * K, (i + 1) * K));
}
