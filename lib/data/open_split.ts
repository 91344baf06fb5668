import { join } from "node:path";
import type { Random } from "../random/mod.ts";
import { allocateBatch, type Batch, type BatchWidths, gatherRows } from "./batch.ts";
import { openDatabase } from "./database.ts";
import { type PreparedSchema, readPreparedSchema, type SplitName } from "./prepared_schema.ts";
import { type ColumnFile, readWindows } from "./windows.ts";

/** Options of {@link Split.batches}. */
export interface BatchOptions {
  /** Rows of a batch; the last one of an epoch may be smaller. */
  readonly batchSize: number;
  /** Shuffles the rows of each window; without it rows come in file order. */
  readonly shuffle?: Random;
  /** Leaves out the last batch if it is smaller. Default false. */
  readonly dropLast?: boolean;
  /** Rows held in memory and shuffled together. Default 131,072. */
  readonly windowRows?: number;
}

/** One split of a prepared dataset. */
export interface Split {
  readonly schema: PreparedSchema;
  readonly name: SplitName;
  readonly rows: number;
  /** Names and sizes of the columns of `Batch.categorical`, in order. */
  readonly categorical: readonly { readonly name: string; readonly size: number }[];
  /** Names of the columns of `Batch.numeric`, in order. */
  readonly numeric: readonly string[];
  /** Names of the rows of `Batch.labels`, in order. */
  readonly tasks: readonly string[];
  /**
   * One epoch: every row once, unless `dropLast` leaves some out.
   *
   * A split no larger than the window is read once, kept, and permuted as a whole in each epoch. A larger one is
   * streamed from Parquet window by window in every epoch, and its rows are permuted within their window; the file of
   * a prepared dataset is itself in shuffled order. A generator in the same state gives the same batches.
   */
  batches(options: BatchOptions): AsyncGenerator<Batch>;
}

const defaultWindowRows = 131_072;

/** Opens a split of the dataset that `prepareDataset` or `prepareWorld` wrote to `folder`. */
export async function openSplit(folder: string, name: SplitName): Promise<Split> {
  const schema = await readPreparedSchema(folder);
  const rows = schema.rows[name];
  const categorical = schema.fields.flatMap((field) =>
    field.kind === "categorical" ? [{ name: field.name, size: field.size }] : []
  );
  const numeric = schema.fields.flatMap((field) => field.kind === "numeric" ? [field.name] : []);
  const tasks = schema.tasks.map((task) => task.name);
  const widths: BatchWidths = {
    categorical: categorical.length,
    numeric: numeric.length,
    tasks: tasks.length,
    masked: schema.tasks.some((task) => task.labelled[name] < rows),
  };
  const path = join(folder, `${name}.parquet`);
  const file: ColumnFile = {
    path,
    categorical: categorical.map((f) => f.name),
    numeric,
    tasks,
    widths,
    rows,
  };
  let kept: Promise<Batch> | undefined;

  async function* windows(windowRows: number): AsyncGenerator<Batch> {
    if (rows <= windowRows) {
      kept ??= readWhole(file);
      yield await kept;
    } else {
      using database = await openDatabase();
      yield* readWindows(database.connection, file, windowRows);
    }
  }

  async function* batches(options: BatchOptions): AsyncGenerator<Batch> {
    const { batchSize, shuffle, dropLast = false, windowRows = defaultWindowRows } = options;
    checkPositive("batchSize", batchSize);
    checkPositive("windowRows", windowRows);
    let left = dropLast ? rows - rows % batchSize : rows;
    if (left === 0) return;
    let batch = allocateBatch(Math.min(batchSize, left), widths);
    let filled = 0;
    for await (const window of windows(windowRows)) {
      const order = Int32Array.from({ length: window.size }, (_, i) => i);
      shuffle?.shuffle(order);
      for (let from = 0; from < window.size && left > 0;) {
        const count = Math.min(window.size - from, batch.size - filled);
        gatherRows(window, order, from, count, batch, filled);
        from += count;
        filled += count;
        if (filled < batch.size) continue;
        yield batch;
        left -= batch.size;
        filled = 0;
        if (left > 0) batch = allocateBatch(Math.min(batchSize, left), widths);
      }
    }
  }

  return { schema, name, rows, categorical, numeric, tasks, batches };
}

async function readWhole(file: ColumnFile): Promise<Batch> {
  using database = await openDatabase();
  const [whole] = await Array.fromAsync(readWindows(database.connection, file, file.rows));
  return whole;
}

function checkPositive(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(`Cannot make batches: ${name} is ${value}, expected a positive integer`);
}
