import * as tf from "@tensorflow/tfjs-core";

/**
 * `tf.split`, differentiable into a single part too, which TensorFlow.js' own gradient refuses ("Pass at least one tensor
 * to concat").
 *
 * @param parts How many equal parts, or the size of each.
 */
export function splitParts<T extends tf.Tensor>(x: T, parts: number | readonly number[], axis = 0): T[] {
  const count = typeof parts === "number" ? parts : parts.length;
  return count === 1 ? [x] : tf.split(x, typeof parts === "number" ? parts : [...parts], axis);
}
