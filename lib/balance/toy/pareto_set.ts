import { objectives, type Point } from "./objectives.ts";

/** x1 of the ends of the Pareto set, the minima of L1 and L2: where the one, then the other loss is best. */
export const paretoEnds: Point = [-7, 7];

/** x2 between which the Pareto set lies, from -8.434 at its ends to -8.355 in the middle. */
const BRACKET: readonly [number, number] = [-8.6, -8.2];

/** Halvings of the bracket after which nothing is left of it. */
const HALVINGS = 60;

/**
 * x2 of the Pareto set at x1 in [-7, 7]: there the gradients point against each other, g1 x g2 = 0. Scales of the
 * losses do not move it.
 */
export function paretoX2(x1: number): number {
  let [low, high] = BRACKET;
  for (let k = 0; k < HALVINGS; k++) {
    const x2 = (low + high) / 2;
    const [[a, b], [c, d]] = objectives([x1, x2], 1).gradients;
    // The vertical parts pull up below the set and down above it, the horizontal ones apart.
    if (a * d - b * c > 0) low = x2;
    else high = x2;
  }
  return (low + high) / 2;
}

/**
 * Distance to the Pareto set, straight up or down between its ends: the set is so flat, its slope below 0.03, that
 * this is the distance to 0.1%.
 */
export function distanceToParetoSet([x1, x2]: Point): number {
  const nearest = Math.min(Math.max(x1, paretoEnds[0]), paretoEnds[1]);
  return Math.hypot(x1 - nearest, x2 - paretoX2(nearest));
}

/** The Pareto set as a line of `count` points, from the best of L2 to the best of L1. */
export function paretoSet(count: number): Point[] {
  const [left, right] = paretoEnds;
  return Array.from({ length: count }, (_, i) => {
    const x1 = left + (right - left) * i / (count - 1);
    return [x1, paretoX2(x1)];
  });
}
