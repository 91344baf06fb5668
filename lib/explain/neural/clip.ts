import * as tf from "@tensorflow/tfjs-core";
import { hostValues, type RowGradient } from "../../tensor/mod.ts";

/**
 * Clips the norm of all gradients together: where it is above the limit, every gradient is scaled by limit / norm.
 *
 * Source: Pascanu, Mikolov, Bengio, "On the Difficulty of Training Recurrent Neural Networks", ICML 2013, algorithm 1.
 *
 * @param dense Scaled ones take the places of those that are there, which are freed.
 * @param rows Changed in place.
 * @returns The norm before.
 * @throws {RangeError} If the norm is not finite; nothing is changed then.
 */
export async function clipGradients(
  dense: tf.Tensor[],
  rows: readonly RowGradient[],
  limit: number,
): Promise<number> {
  let squares = 0;
  const add = (values: Float32Array) => {
    for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  };
  // One by one: what `hostValues` shows may move with the next.
  for (const gradient of dense) add(await hostValues(gradient));
  for (const { values } of rows) add(values);
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) {
    throw new RangeError(`Cannot clip gradients: their norm is ${norm}, expected a finite one`);
  }
  if (norm <= limit) return norm;
  const scale = limit / norm;
  for (const [i, gradient] of dense.entries()) {
    // Not in place: gradients may share memory with one another and with what the backward pass began with.
    dense[i] = tf.mul(gradient, scale);
    gradient.dispose();
  }
  for (const { values } of rows) {
    for (let i = 0; i < values.length; i++) values[i] *= scale;
  }
  return norm;
}
