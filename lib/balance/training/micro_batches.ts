import type { Batch } from "../../data/mod.ts";
import { type EmbeddingTables, labelWeights, type RowIndex } from "../../tensor/mod.ts";

/** A part of a batch that goes through the network at once. */
export interface MicroBatch {
  /** Its examples; without a mask, since `weights` says what is labelled. */
  readonly examples: Omit<Batch, "mask">;
  /** What each label counts [M, b], task-major: a share of the whole batch's mean, so the parts' losses add up to it. */
  readonly weights: Float32Array;
  /** Its place among the embedding rows of the whole batch. */
  readonly index: RowIndex;
  /** Its first example's place in the batch. */
  readonly start: number;
}

/**
 * Cuts a batch into micro-batches of consecutive examples whose sizes differ by one at most.
 *
 * @throws {RangeError} If there are more parts than examples.
 */
export function microBatches(
  batch: Batch,
  tasks: number,
  tables: EmbeddingTables,
  count: number,
): MicroBatch[] {
  const { mask: _, ...examples } = batch, { size } = batch;
  if (count > size) {
    throw new RangeError(
      `Cannot cut a batch into ${count} micro-batches: it has ${size} examples, expected one for each at least`,
    );
  }
  const weights = labelWeights(tasks, size, batch.mask), index = tables.index(batch.categorical);
  if (count === 1) return [{ examples, weights, index, start: 0 }];
  return Array.from({ length: count }, (_, k) => {
    const start = Math.floor(k * size / count), end = Math.floor((k + 1) * size / count);
    const rows = <T extends Int32Array | Float32Array>(values: T) => {
      const width = values.length / size;
      return values.subarray(start * width, end * width) as T;
    };
    return {
      examples: {
        size: end - start,
        rows: batch.rows.subarray(start, end),
        categorical: rows(batch.categorical),
        numeric: rows(batch.numeric),
        labels: columns(batch.labels, tasks, start, end),
      },
      weights: columns(weights, tasks, start, end),
      index: { ...index, slots: rows(index.slots) },
      start,
    };
  });
}

/** The columns `start` to `end - 1` of a row-major matrix. */
function columns(matrix: Float32Array, rows: number, start: number, end: number): Float32Array {
  const width = matrix.length / rows, part = new Float32Array(rows * (end - start));
  for (let m = 0; m < rows; m++) {
    part.set(matrix.subarray(m * width + start, m * width + end), m * (end - start));
  }
  return part;
}
