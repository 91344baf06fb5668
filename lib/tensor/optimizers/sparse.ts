/** Optimizers for embedding tables: a step touches the rows of its batch and no others. */
import type { EmbeddingTables, RowGradient } from "../embedding_tables.ts";
import { keepAlive, touchRow } from "../touch.ts";
import { checkedState, type Resumable } from "./optimizer_state.ts";
import { adamDefaults, adamKernel, type AdamOptions, adamStep } from "./adam_kernel.ts";

/** Rows that are touched ahead of their update; see `touchRow`. */
const CHUNK = 256;

export interface SparseOptimizer extends Resumable {
  /**
   * Updates the touched rows in place.
   *
   * @param scale Multiplies the gradient; see `clipGradientNorm`. Default 1.
   */
  apply(gradient: RowGradient, scale?: number): void;
}

/**
 * Adam whose moments move only in the rows of the batch; the bias correction counts all steps (the lazy variant, as
 * in PyTorch's SparseAdam). Rows decay, too, only when they are touched.
 */
export function sparseAdam(tables: EmbeddingTables, options: AdamOptions = {}): SparseOptimizer {
  const settings = { ...adamDefaults, ...options }, { dim, weights } = tables;
  const first = new Float32Array(weights.length), second = new Float32Array(weights.length);
  let t = 0;
  return {
    apply({ rows, count, values }, scale = 1) {
      const step = adamStep(settings, ++t, scale);
      for (let start = 0; start < count; start += CHUNK) {
        const end = Math.min(start + CHUNK, count);
        let touched = 0;
        for (let u = start; u < end; u++) {
          const row = rows[u] * dim;
          touched += touchRow(weights, row, dim) + touchRow(first, row, dim) + touchRow(second, row, dim);
        }
        keepAlive(touched);
        for (let u = start; u < end; u++) {
          adamKernel(step, weights, first, second, values, rows[u] * dim, u * dim, dim);
        }
      }
    },
    saveState: () => ({ t: Float64Array.of(t), first: first.slice(), second: second.slice() }),
    restoreState(state) {
      const saved = checkedState("sparse Adam", { t: Float64Array.of(t), first, second }, state);
      t = saved.t[0];
      first.set(saved.first);
      second.set(saved.second);
    },
  };
}

export interface RowWiseAdagradOptions {
  /** Step size. Default 0.01. */
  learningRate?: number;
  /** Added to the root of the accumulator. Default 1e-8. */
  epsilon?: number;
}

/**
 * Adagrad with one accumulator a row, the mean squared gradient of the row: 1/dim of the memory of the element-wise
 * form (as in FBGEMM's exact_rowwise_adagrad).
 *
 *     h_r <- h_r + mean_d g_rd^2        w_r <- w_r - alpha g_r / (sqrt(h_r) + epsilon)
 */
export function rowWiseAdagrad(
  tables: EmbeddingTables,
  options: RowWiseAdagradOptions = {},
): SparseOptimizer {
  const { learningRate = 0.01, epsilon = 1e-8 } = options, { dim, weights } = tables;
  const accumulator = new Float32Array(tables.rowCount);
  return {
    apply({ rows, count, values }, scale = 1) {
      for (let u = 0; u < count; u++) {
        let squares = 0;
        for (let d = 0; d < dim; d++) squares += (scale * values[u * dim + d]) ** 2;
        accumulator[rows[u]] += squares / dim;
        const rate = scale * learningRate / (Math.sqrt(accumulator[rows[u]]) + epsilon);
        for (let d = 0, w = rows[u] * dim; d < dim; d++, w++) weights[w] -= rate * values[u * dim + d];
      }
    },
    saveState: () => ({ accumulator: accumulator.slice() }),
    restoreState: (state) =>
      accumulator.set(checkedState("row-wise Adagrad", { accumulator }, state).accumulator),
  };
}
