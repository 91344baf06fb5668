import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { allocateBatch, type Batch, type BatchWidths } from "./batch.ts";
import { identifier, literal } from "./database.ts";

/** Where the columns of a split are read from. */
export interface ColumnFile {
  readonly path: string;
  readonly categorical: readonly string[];
  readonly numeric: readonly string[];
  readonly tasks: readonly string[];
  readonly widths: BatchWidths;
  readonly rows: number;
}

/**
 * Streams a Parquet file in order, in windows of `windowRows` rows (the last may be smaller). A window is valid until
 * the next one is asked for: its memory is used again.
 */
export async function* readWindows(
  connection: DuckDBConnection,
  file: ColumnFile,
  windowRows: number,
): AsyncGenerator<Batch> {
  const columns = ["row", ...file.categorical, ...file.numeric, ...file.tasks].map(identifier);
  const result = await connection.stream(
    `SELECT ${columns.join(", ")} FROM read_parquet(${literal(file.path)})`,
  );
  let read = 0;
  let filled = 0;
  let window = allocateBatch(Math.min(windowRows, file.rows), file.widths);
  for await (const chunk of result) {
    for (let from = 0; from < chunk.rowCount;) {
      const count = Math.min(chunk.rowCount - from, window.size - filled);
      if (count === 0) throw wrongCount(file, "more");
      copyChunk(chunk, from, count, file, window, filled);
      from += count;
      filled += count;
      if (filled < window.size) continue;
      yield window;
      read += filled;
      filled = 0;
      const next = Math.min(windowRows, file.rows - read);
      if (next !== window.size) window = allocateBatch(next, file.widths);
    }
  }
  if (read + filled !== file.rows || filled > 0) throw wrongCount(file, `${read + filled}`);
}

function wrongCount(file: ColumnFile, found: string): Error {
  return new Error(
    `Cannot read ${file.path}: it holds ${found} rows, expected ${file.rows} as schema.json says`,
  );
}

/** Copies `count` rows of a chunk, from row `from`, into the window from row `at` on. */
function copyChunk(
  chunk: DuckDBDataChunk,
  from: number,
  count: number,
  { categorical, numeric, tasks }: ColumnFile,
  window: Batch,
  at: number,
): void {
  const Fc = categorical.length;
  const Fn = numeric.length;
  const rows = chunk.getColumnVector(0);
  for (let i = 0; i < count; i++) window.rows[at + i] = rows.getItem(from + i) as bigint;
  for (let j = 0; j < Fc; j++) {
    const column = chunk.getColumnVector(1 + j);
    for (let i = 0; i < count; i++) {
      window.categorical[(at + i) * Fc + j] = column.getItem(from + i) as number;
    }
  }
  for (let j = 0; j < Fn; j++) {
    const column = chunk.getColumnVector(1 + Fc + j);
    for (let i = 0; i < count; i++) window.numeric[(at + i) * Fn + j] = column.getItem(from + i) as number;
  }
  for (let t = 0; t < tasks.length; t++) {
    const column = chunk.getColumnVector(1 + Fc + Fn + t);
    for (let i = 0; i < count; i++) {
      const label = column.getItem(from + i) as number | null;
      const k = t * window.size + at + i;
      window.labels[k] = label ?? 0;
      if (window.mask !== undefined) window.mask[k] = label === null ? 0 : 1;
    }
  }
}
