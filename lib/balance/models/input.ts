import type * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../data/mod.ts";
import { type EmbeddingTables, filledTensor } from "../../tensor/mod.ts";

/** Columns of a model's input: the embeddings of all categorical fields, then the numeric fields. */
export function inputWidth(tables: EmbeddingTables, numericFields: number): number {
  return tables.fields * tables.dim + numericFields;
}

/** The model's input [B, D] for one batch. */
export function assembleInput(batch: Batch, tables: EmbeddingTables, numericFields: number): tf.Tensor2D {
  const width = inputWidth(tables, numericFields), embedded = tables.fields * tables.dim;
  return filledTensor([batch.size, width], (input) => {
    tables.gather(batch.categorical, input, width);
    for (let b = 0; b < batch.size; b++) {
      for (let f = 0; f < numericFields; f++) {
        input[b * width + embedded + f] = batch.numeric[b * numericFields + f];
      }
    }
  }) as tf.Tensor2D;
}
