import type { Batch } from "../../data/mod.ts";
import type { EmbeddingTables } from "../../tensor/mod.ts";

/** Columns of a model's input: the embeddings of all categorical fields, then the numeric fields. */
export function inputWidth(tables: EmbeddingTables, numericFields: number): number {
  return tables.fields * tables.dim + numericFields;
}

/** Fills the model's input [B, D] for one batch. */
export function assembleInput(batch: Batch, tables: EmbeddingTables, numericFields: number): Float32Array {
  const width = inputWidth(tables, numericFields), embedded = tables.fields * tables.dim;
  const input = new Float32Array(batch.size * width);
  tables.gather(batch.categorical, input, width);
  for (let b = 0; b < batch.size; b++) {
    for (let f = 0; f < numericFields; f++) {
      input[b * width + embedded + f] = batch.numeric[b * numericFields + f];
    }
  }
  return input;
}
