import type { Random } from "../random/mod.ts";
import { allocateBatch, type Batch, type BatchWidths, gatherRows } from "./batch.ts";
import type { PreparedSchema, SplitName } from "./prepared_schema.ts";

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

/** The columns of a split's batches. */
export function splitColumns(
  { fields, tasks }: PreparedSchema,
): Pick<Split, "categorical" | "numeric" | "tasks"> {
  return {
    categorical: fields.flatMap((field) =>
      field.kind === "categorical" ? [{ name: field.name, size: field.size }] : []
    ),
    numeric: fields.flatMap((field) => field.kind === "numeric" ? [field.name] : []),
    tasks: tasks.map((task) => task.name),
  };
}

/** Their numbers. */
export function batchWidths(schema: PreparedSchema, name: SplitName): BatchWidths {
  const { categorical, numeric, tasks } = splitColumns(schema);
  return {
    categorical: categorical.length,
    numeric: numeric.length,
    tasks: tasks.length,
    masked: schema.tasks.some(({ labelled }) => labelled[name] < schema.rows[name]),
  };
}

/**
 * The split that has these rows.
 *
 * @param windows Its rows in order, in parts of at most so many rows where that saves memory; a part is not read after
 *   the next one is asked for.
 */
export function splitOfWindows(
  schema: PreparedSchema,
  name: SplitName,
  windows: (windowRows: number) => AsyncIterable<Batch> | Iterable<Batch>,
): Split {
  const rows = schema.rows[name], widths = batchWidths(schema, name);

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

  return { schema, name, rows, ...splitColumns(schema), batches };
}

function checkPositive(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(`Cannot make batches: ${name} is ${value}, expected a positive integer`);
}
