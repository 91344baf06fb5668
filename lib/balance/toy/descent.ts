import type { Balancer } from "../balancer.ts";
import { objectives, type Point } from "./objectives.ts";
import { distanceToParetoSet } from "./pareto_set.ts";

/** Adam as in the papers, on the two coordinates in float64. */
const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Runs that end nearer to the Pareto set than this are on the front; those that stick end 5 and more away. */
export const FRONT_TOLERANCE = 0.1;

/** Distance that a trajectory moves before its next point is kept: finer than a plot shows. */
const PATH_STEP = 0.1;

/** A lower bound of both losses, the floor of the bowls, in units of their scales. */
const INFIMUM = -20;

/** Where one descent ended, and how it came there. */
export interface Descent {
  readonly start: Point;
  readonly end: Point;
  /** L1 and L2 at the end. */
  readonly losses: Point;
  /** Distance of the end to the Pareto set. */
  readonly distance: number;
  /** Whether the end is on the front: nearer than {@link FRONT_TOLERANCE}. */
  readonly outcome: "front" | "stuck" | "refused";
  /** Why the balancer refused to go on, where it did. */
  readonly reason?: string;
  /** The start, points at least {@link PATH_STEP} from each other, and the end. */
  readonly path: readonly Point[];
}

/**
 * Descends the toy from `start` along the balancer's directions.
 *
 *     d = sum_i w_i g_i, or what the balancer combines;   x <- x - Adam(d)
 *
 * The balancer sees losses above their lower bounds (L1 + 20 s, L2 + 20), as FAMO does in its authors' toy: methods
 * that read losses as such, by logarithm or reciprocal, know none below zero.
 *
 * A balancer that refuses a step (a RangeError) ends the descent where it is.
 *
 * @param balancer Begun anew.
 * @param s Scale of the first loss.
 */
export function descend(balancer: Balancer, s: number, start: Point, iterations: number): Descent {
  const x: [number, number] = [...start], m = [0, 0], v = [0, 0];
  const path: Point[] = [start];
  let decay1 = 1, decay2 = 1, reason: string | undefined;
  balancer.reset();
  for (let step = 0; step < iterations; step++) {
    const { losses: [L1, L2], gradients } = objectives(x, s);
    const losses = Float64Array.of(L1 - INFIMUM * s, L2 - INFIMUM);
    let d: ArrayLike<number>;
    try {
      d = directionOf(balancer, losses, gradients, step);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      reason = `step ${step}: ${error.message}`;
      break;
    }
    decay1 *= adam.beta1;
    decay2 *= adam.beta2;
    for (let k = 0; k < 2; k++) {
      m[k] = adam.beta1 * m[k] + (1 - adam.beta1) * d[k];
      v[k] = adam.beta2 * v[k] + (1 - adam.beta2) * d[k] * d[k];
      x[k] -= adam.learningRate * (m[k] / (1 - decay1)) / (Math.sqrt(v[k] / (1 - decay2)) + adam.epsilon);
    }
    const last = path[path.length - 1];
    if (Math.hypot(x[0] - last[0], x[1] - last[1]) >= PATH_STEP) path.push([...x]);
  }
  const distance = distanceToParetoSet(x);
  const end: Point = [...x];
  return {
    ...{ start, end, losses: objectives(x, s).losses, distance, path: [...path, end] },
    ...reason === undefined
      ? { outcome: distance < FRONT_TOLERANCE ? "front" : "stuck" }
      : { outcome: "refused", reason },
  };
}

function directionOf(
  balancer: Balancer,
  losses: Float64Array,
  [g1, g2]: readonly [Point, Point],
  step: number,
): ArrayLike<number> {
  if (balancer.combine) {
    return balancer.combine({ losses, gradients: [Float32Array.from(g1), Float32Array.from(g2)], step });
  }
  const inner = g1[0] * g2[0] + g1[1] * g2[1];
  const gram = Float64Array.of(g1[0] ** 2 + g1[1] ** 2, inner, inner, g2[0] ** 2 + g2[1] ** 2);
  const [w1, w2] = balancer.weigh!({ losses, gram, step });
  return [w1 * g1[0] + w2 * g2[0], w1 * g1[1] + w2 * g2[1]];
}
