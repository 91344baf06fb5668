/** The Gram matrix of per-task gradients and their weighted sum: all that gradient balancing needs of them. */
import * as tf from "@tensorflow/tfjs-core";
import type { Blas } from "./backends/blas.ts";
import { blasInUse } from "./blas_in_use.ts";
import { hostValues } from "./host_values.ts";

/** Columns multiplied at a time: short enough to accumulate in float32, and to stay in the second-level cache. */
const BLOCK = 8192;

/** Rows multiplied at a time by all from the first of them on: what lies below the diagonal is hardly computed. */
const STRIP = 4;

/**
 * Largest product of the three sizes that OpenBLAS multiplies where it lies. Beyond it packs its factors and starts
 * threads, which costs more than these thin products: 31 instead of 3.5 ms for 16 rows of 524,288.
 */
const SMALL = 1e6;

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
 * Products are accumulated within blocks of at most 8,192 elements in float32 by the BLAS in use, or in float64
 * without one, and in float64 over the blocks.
 *
 * @param values [tasks, length], row-major.
 */
export function gramOfRows(values: Float32Array, tasks: number): Float64Array {
  const length = values.length / tasks;
  const gram = new Float64Array(tasks * tasks);
  const addBlock = blasInUse() ? blasProducts(blasInUse()!, values, tasks) : plainProducts(values, tasks);
  let block = BLOCK;
  while (block > 1 && Math.min(STRIP, tasks) * tasks * block > SMALL) block /= 2;
  for (let start = 0; start < length; start += block) addBlock(gram, start, Math.min(block, length - start));
  // The upper triangle counts: the lower one is not complete.
  for (let i = 0; i < tasks; i++) {
    for (let j = 0; j < i; j++) gram[i * tasks + j] = gram[j * tasks + i];
  }
  return gram;
}

/** Adds to the Gram matrix's upper triangle, at least, what the columns [start, start + n) bring. */
type AddBlock = (gram: Float64Array, start: number, n: number) => void;

function blasProducts(blas: Blas, values: Float32Array, tasks: number): AddBlock {
  const length = values.length / tasks, products = new Float32Array(STRIP * tasks);
  const out = Deno.UnsafePointer.of(products);
  const base = Deno.UnsafePointer.of(values as Float32Array<ArrayBuffer>);
  return (gram, start, n) => {
    for (let first = 0; first < tasks; first += STRIP) {
      const rows = Math.min(STRIP, tasks - first), columns = tasks - first;
      const strip = Deno.UnsafePointer.offset(base!, (first * length + start) * values.BYTES_PER_ELEMENT);
      blas.sgemm(false, true, rows, columns, n, strip, length, strip, length, out);
      for (let i = 0, k = 0; i < rows; i++) {
        for (let at = (first + i) * tasks + first; k < (i + 1) * columns; k++, at++) gram[at] += products[k];
      }
    }
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
