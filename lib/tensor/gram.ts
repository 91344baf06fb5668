/** The Gram matrix of per-task gradients and their weighted sum: all that gradient balancing needs of them. */
import * as tf from "@tensorflow/tfjs-core";
import { blasInUse } from "./blas_in_use.ts";
import { hostValues } from "./host_values.ts";

/** Elements in a block that stays in the second-level cache while all pairs of rows are multiplied. */
const BLOCK = 8192;

/**
 * G = J J^T of M flattened gradients.
 *
 * @param gradients [M, ...]: row m is the gradient of task m, flattened.
 * @returns M x M, row-major, symmetric; see `gramOfRows`.
 */
export async function gramMatrix(gradients: tf.Tensor): Promise<Float64Array> {
  return gramOfRows(await hostValues(gradients), gradients.shape[0]);
}

/**
 * `gramMatrix` of rows in this process' memory.
 *
 * Products are accumulated within blocks of 8,192 elements in float32 by the BLAS in use, or in float64 without
 * one, and in float64 over the blocks.
 *
 * @param values [tasks, length], row-major.
 */
export function gramOfRows(values: Float32Array, tasks: number): Float64Array {
  const length = values.length / tasks;
  const blas = blasInUse();
  if (blas && values.length > 0) {
    const base = Deno.UnsafePointer.of(values as Float32Array<ArrayBuffer>)!;
    const at = (row: number, start: number) =>
      Deno.UnsafePointer.offset(base, (row * length + start) * values.BYTES_PER_ELEMENT);
    return blockwise(tasks, length, (i, j, start, n) => blas.sdot(n, at(i, start), at(j, start)));
  }
  return blockwise(tasks, length, (i, j, start, n) => {
    const x = i * length + start, y = j * length + start;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += values[x + k] * values[y + k];
    return sum;
  });
}

function blockwise(
  tasks: number,
  length: number,
  dot: (i: number, j: number, start: number, n: number) => number,
): Float64Array {
  const gram = new Float64Array(tasks * tasks);
  for (let start = 0; start < length; start += BLOCK) {
    const n = Math.min(BLOCK, length - start);
    for (let i = 0; i < tasks; i++) {
      for (let j = i; j < tasks; j++) gram[i * tasks + j] += dot(i, j, start, n);
    }
  }
  for (let i = 0; i < tasks; i++) {
    for (let j = 0; j < i; j++) gram[i * tasks + j] = gram[j * tasks + i];
  }
  return gram;
}

/**
 * d = sum_m w_m g_m.
 *
 * @param gradients [M, ...]
 * @param weights M weights.
 * @returns [...]
 */
export function weightedSum(gradients: tf.Tensor, weights: ArrayLike<number>): tf.Tensor {
  const tasks = gradients.shape[0];
  return tf.tidy(() => {
    const rows = tf.reshape(gradients, [tasks, gradients.size / tasks]);
    const w = tf.tensor2d(Float32Array.from(weights), [1, tasks]);
    return tf.reshape(tf.matMul(w, rows), gradients.shape.slice(1));
  });
}
