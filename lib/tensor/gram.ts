/** The Gram matrix of per-task gradients and their weighted sum: all that gradient balancing needs of them. */
import * as tf from "@tensorflow/tfjs-core";
import type { Blas } from "./backends/blas.ts";
import { blasInUse } from "./blas_in_use.ts";
import { hostValues } from "./host_values.ts";

/** Columns multiplied at a time: short enough to accumulate in float32, and to stay in the second-level cache. */
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
  const gram = new Float64Array(tasks * tasks);
  const addBlock = blasInUse() ? blasProducts(blasInUse()!, values, tasks) : plainProducts(values, tasks);
  for (let start = 0; start < length; start += BLOCK) addBlock(gram, start, Math.min(BLOCK, length - start));
  // The upper triangle counts: a product of matrices need not be symmetric to the last bit.
  for (let i = 0; i < tasks; i++) {
    for (let j = 0; j < i; j++) gram[i * tasks + j] = gram[j * tasks + i];
  }
  return gram;
}

/** Adds to the Gram matrix what the columns [start, start + n) bring. */
type AddBlock = (gram: Float64Array, start: number, n: number) => void;

function blasProducts(blas: Blas, values: Float32Array, tasks: number): AddBlock {
  const length = values.length / tasks, block = new Float32Array(tasks * tasks);
  const out = Deno.UnsafePointer.of(block);
  const base = Deno.UnsafePointer.of(values as Float32Array<ArrayBuffer>);
  return (gram, start, n) => {
    const rows = Deno.UnsafePointer.offset(base!, start * values.BYTES_PER_ELEMENT);
    blas.sgemm(false, true, tasks, tasks, n, rows, length, rows, length, out);
    for (let k = 0; k < gram.length; k++) gram[k] += block[k];
  };
}

function plainProducts(values: Float32Array, tasks: number): AddBlock {
  const length = values.length / tasks;
  return (gram, start, n) => {
    for (let i = 0; i < tasks; i++) {
      for (let j = i; j < tasks; j++) {
        const x = i * length + start, y = j * length + start;
        let sum = 0;
        for (let k = 0; k < n; k++) sum += values[x + k] * values[y + k];
        gram[i * tasks + j] += sum;
      }
    }
  };
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
