import type * as tf from "@tensorflow/tfjs-core";
import { type EmbeddingTables, hostValues, type RowGradient, type RowIndex } from "../../tensor/mod.ts";

/** What a training step holds at the cut, once the heads have run backward. */
export interface Cut {
  /** Per-task gradients of the representation [M, B, n']. */
  readonly g: tf.Tensor;
  /** Gradients of the values that bypass the cut, task-major [M, ...]. */
  readonly bypass: Readonly<Record<string, tf.Tensor>>;
  /** One backward pass of the bottom, from a cotangent of the representation and of what bypasses the cut. */
  pull(d: tf.Tensor, along: Readonly<Record<string, tf.Tensor>>): Pulled;
  /** The embedding rows of the batch. */
  readonly index: RowIndex;
  /** Losses [M]. */
  readonly losses: Float64Array;
  readonly step: number;
}

/** Gradients that one backward pass of the bottom gives. */
export interface Pulled {
  /** Of the model's input [B, D]. */
  readonly input: tf.Tensor;
  /** Of each shared variable. */
  readonly variables: readonly tf.Tensor[];
}

/** The gradient with which the shared parameters are updated. */
export interface SharedUpdate {
  readonly variables: readonly tf.Tensor[];
  readonly rows: RowGradient;
}

/** The gradient of the embedding rows that the gradient of the model's input [B, D] brings. */
export async function inputRows(
  tables: EmbeddingTables,
  index: RowIndex,
  input: tf.Tensor,
): Promise<RowGradient> {
  if (tables.fields === 0) return { rows: index.rows, count: 0, values: new Float32Array(0) };
  return tables.rowGradient(index, await hostValues(input), input.shape[1]!);
}

/** The M rows of a row-major matrix, without copying. */
export function rowsOf(matrix: Float32Array, count: number): Float32Array[] {
  const length = matrix.length / count;
  return Array.from({ length: count }, (_, m) => matrix.subarray(m * length, (m + 1) * length));
}
