/** Adam's moments of K scalars, and how many steps each took, [K] each. */
export type AdamMoments = { m: Float64Array; v: Float64Array; t: Float64Array };

const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;
/** Larger gradients are clipped to it: their squares stay finite. */
const STEEPEST = 1e150;
/** Scalars stay within it, so that exp(x) and exp(-x) are finite. Logarithms of losses are far inside. */
const LARGEST = 600;

/** The moments before the first step. */
export function noMoments(K: number): AdamMoments {
  return { m: new Float64Array(K), v: new Float64Array(K), t: new Float64Array(K) };
}

/**
 * One step of Adam for x_i, a scalar that a method learns beside the network. Scalars that sit a step out keep their
 * moments and their count.
 *
 *     m <- beta1 m + (1 - beta1) g        v <- beta2 v + (1 - beta2) g^2
 *     x <- x - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1, with its constants .9, .999, 1e-8.
 *
 * @param x [K]; x_i is updated in place and kept within 600 of 0.
 * @param lr Step size, from 0 up.
 */
export function adamStep(
  x: Float64Array,
  i: number,
  gradient: number,
  { m, v, t }: AdamMoments,
  lr: number,
): void {
  const g = Math.min(Math.max(gradient, -STEEPEST), STEEPEST);
  t[i]++;
  m[i] = BETA1 * m[i] + (1 - BETA1) * g;
  v[i] = BETA2 * v[i] + (1 - BETA2) * g * g;
  const first = m[i] / (1 - BETA1 ** t[i]), second = v[i] / (1 - BETA2 ** t[i]);
  x[i] = Math.min(Math.max(x[i] - lr * first / (Math.sqrt(second) + EPSILON), -LARGEST), LARGEST);
}
