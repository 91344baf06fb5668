/**
 * The two objectives on which CAGrad, Nash-MTL and FAMO show their trajectories: a plane with two deep, narrow valleys
 * above, where gradient descent gets stuck, and two bowls below, between whose bottoms the Pareto set lies.
 *
 *     f1 = ln max(|0.5 (-x1 - 7) - tanh(-x2)|, LOWER) + 6
 *     f2 = ln max(|0.5 (-x1 + 3) + tanh(-x2) + 2|, LOWER) + 6
 *     c1 = max(tanh(x2 / 2), 0)                       c2 = max(tanh(-x2 / 2), 0)
 *     q1 = ((-x1 + 7)^2 + 0.1 (-x2 - 8)^2) / 10 - 20  q2 = ((-x1 - 7)^2 + 0.1 (-x2 - 8)^2) / 10 - 20
 *     L1 = s (f1 c1 + q1 c2)                          L2 = f2 c1 + q2 c2
 *
 * Liu et al., "Conflict-averse gradient descent for multi-task learning", NeurIPS 2021, appendix; with the scale s of
 * Navon et al., "Multi-task learning as a bargaining game", ICML 2022, and Liu et al., "FAMO", NeurIPS 2023.
 */

/** Keeps the logarithms finite on the bottoms of the valleys. */
const LOWER = 5e-6;

/** A point of the plane, (x1, x2). */
export type Point = readonly [x1: number, x2: number];

/** Both losses at a point, and their gradients. */
export interface Objectives {
  readonly losses: Point;
  /** gradients[i] = (dL_i/dx1, dL_i/dx2) */
  readonly gradients: readonly [Point, Point];
}

/**
 * Losses and gradients at (x1, x2).
 *
 * Where a maximum has two equal arguments its derivative is the mean of the two, what a central difference tends to:
 * on the line x2 = 0, where one of the starts lies, this is what leads off it.
 *
 * @param s Scale of the first loss.
 */
export function objectives([x1, x2]: Point, s: number): Objectives {
  const t = Math.tanh(-x2), dt = t * t - 1;
  const f1 = valley(0.5 * (-x1 - 7) - t, -0.5, -dt);
  const f2 = valley(0.5 * (-x1 + 3) + t + 2, -0.5, dt);
  const c1 = ramp(x2), c2 = ramp(-x2);
  const q1 = bowl(x1 - 7, x2 + 8), q2 = bowl(x1 + 7, x2 + 8);
  const mixed = (f: Partials, q: Partials, scale: number) => ({
    loss: scale * (f.value * c1.value + q.value * c2.value),
    gradient: [
      scale * (f.d1 * c1.value + q.d1 * c2.value),
      scale * (f.d2 * c1.value + f.value * c1.slope + q.d2 * c2.value - q.value * c2.slope),
    ] as const,
  });
  const first = mixed(f1, q1, s), second = mixed(f2, q2, 1);
  return { losses: [first.loss, second.loss], gradients: [first.gradient, second.gradient] };
}

interface Partials {
  readonly value: number;
  readonly d1: number;
  readonly d2: number;
}

/** ln max(|h|, LOWER) + 6 and its partial derivatives, from h and those of h. */
function valley(h: number, dh1: number, dh2: number): Partials {
  const depth = Math.abs(h);
  if (depth < LOWER) return { value: Math.log(LOWER) + 6, d1: 0, d2: 0 };
  return { value: Math.log(depth) + 6, d1: dh1 / h, d2: dh2 / h };
}

/** (u^2 + v^2 / 10) / 10 - 20 and its partial derivatives. */
function bowl(u: number, v: number): Partials {
  return { value: (u * u + 0.1 * v * v) / 10 - 20, d1: 0.2 * u, d2: 0.02 * v };
}

/** max(tanh(y / 2), 0) and its slope. */
function ramp(y: number): { readonly value: number; readonly slope: number } {
  if (y < 0) return { value: 0, slope: 0 };
  const value = Math.tanh(y / 2), slope = (1 - value * value) / 2;
  return { value, slope: y === 0 ? slope / 2 : slope };
}
