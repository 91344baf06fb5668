import type * as tf from "@tensorflow/tfjs-core";
import type { RowGradient } from "./embedding_tables.ts";
import { hostValues } from "./host_values.ts";

export interface ClippedNorm {
  /** The norm of all gradients together, before the clip. */
  readonly norm: number;
  /** What to multiply them by, 0 to 1: the optimizers' `apply` takes it. */
  readonly scale: number;
}

/**
 * Clips the Euclidean norm of all gradients together to `largest` (Pascanu et al., ICML 2013, algorithm 1), as PyTorch's
 * `clip_grad_norm_` does. The gradients stay as they are: the scale goes to the optimizers.
 *
 * @param gradients Dense gradients.
 * @param rows Gradients of embedding tables.
 * @throws {RangeError} If the norm is not finite, which no scale mends.
 */
export async function clipGradientNorm(
  gradients: readonly tf.Tensor[],
  rows: readonly RowGradient[],
  largest: number,
): Promise<ClippedNorm> {
  let squares = 0;
  for (const gradient of gradients) squares += sumOfSquares(await hostValues(gradient));
  for (const { values } of rows) squares += sumOfSquares(values);
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) {
    throw new RangeError(`Cannot clip gradients: their norm is ${norm}, expected a finite one`);
  }
  return { norm, scale: Math.min(1, largest / (norm + 1e-6)) };
}

/** Four sums side by side, of which none waits for another. */
function sumOfSquares(values: Float32Array): number {
  let a = 0, b = 0, c = 0, d = 0, i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += values[i] * values[i];
    b += values[i + 1] * values[i + 1];
    c += values[i + 2] * values[i + 2];
    d += values[i + 3] * values[i + 3];
  }
  for (; i < values.length; i++) a += values[i] * values[i];
  return a + b + c + d;
}
