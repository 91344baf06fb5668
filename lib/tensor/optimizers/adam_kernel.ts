export interface AdamOptions {
  /** Step size. Default 1e-3. */
  learningRate?: number;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  epsilon?: number;
  /** Times the weights, it is added to the gradient: the L2 penalty of `torch.optim.Adam`, not AdamW's. Default 0. */
  weightDecay?: number;
}

export const adamDefaults = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
} as const;

/** The constants of one Adam step, bias correction folded in. */
export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** alpha / (1 - beta1^t) */
  readonly rate: number;
  /** 1 / sqrt(1 - beta2^t) */
  readonly secondScale: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Factor of the gradient, before the weight decay. */
  readonly scale: number;
}

/** The constants of step t = 1, 2, ... (Kingma & Ba, 2015, algorithm 1), of gradients that `scale` multiplies. */
export function adamStep(options: Required<AdamOptions>, t: number, scale: number): AdamStep {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = options;
  return {
    beta1,
    beta2,
    rate: learningRate / (1 - beta1 ** t),
    secondScale: 1 / Math.sqrt(1 - beta2 ** t),
    epsilon,
    weightDecay,
    scale,
  };
}

/**
 * One Adam step in place on `count` elements:
 *
 *     g <- scale g + lambda w        m <- beta1 m + (1 - beta1) g        v <- beta2 v + (1 - beta2) g^2
 *     w <- w - alpha m^ / (sqrt(v^) + epsilon)
 *
 * @param start The first element of w, m and v.
 * @param from The first element of g.
 */
export function adamKernel(
  step: AdamStep,
  w: Float32Array,
  m: Float32Array,
  v: Float32Array,
  g: Float32Array,
  start: number,
  from: number,
  count: number,
): void {
  const { beta1, beta2, rate, secondScale, epsilon, weightDecay, scale } = step;
  const keep1 = 1 - beta1, keep2 = 1 - beta2;
  for (let i = start, j = from; i < start + count; i++, j++) {
    const gradient = scale * g[j] + weightDecay * w[i];
    const first = beta1 * m[i] + keep1 * gradient;
    const second = beta2 * v[i] + keep2 * gradient * gradient;
    m[i] = first;
    v[i] = second;
    w[i] -= rate * first / (Math.sqrt(second) * secondScale + epsilon);
  }
}
