/** Rows as models take them. The arrays belong to the receiver. */
export interface Batch {
  readonly size: number;
  /** Index of each row in the raw files. [size] */
  readonly rows: BigInt64Array;
  /** Ids, row-major. [size, categorical fields] */
  readonly categorical: Int32Array;
  /** Standardised values, row-major. [size, numeric fields] */
  readonly numeric: Float32Array;
  /**
   * Task-major: 0 or 1 of a binary task, the place of the class, or the standardised number of a regression; 0 where
   * the label is missing. [tasks, size]
   */
  readonly labels: Float32Array;
  /** 1, or 0 where the label is missing, task-major; absent if the whole split has every label. [tasks, size] */
  readonly mask?: Float32Array;
}

/** The numbers of columns of a batch. */
export interface BatchWidths {
  readonly categorical: number;
  readonly numeric: number;
  readonly tasks: number;
  /** Whether batches carry a mask. */
  readonly masked: boolean;
}

/** A batch of zeros. */
export function allocateBatch(size: number, widths: BatchWidths): Batch {
  return {
    size,
    rows: new BigInt64Array(size),
    categorical: new Int32Array(size * widths.categorical),
    numeric: new Float32Array(size * widths.numeric),
    labels: new Float32Array(widths.tasks * size),
    ...(widths.masked ? { mask: new Float32Array(widths.tasks * size) } : {}),
  };
}

/** Copies rows `order[from]` to `order[from + count - 1]` of `source` to the rows of `target` from `at` on. */
export function gatherRows(
  source: Batch,
  order: Int32Array,
  from: number,
  count: number,
  target: Batch,
  at: number,
): void {
  for (let i = 0; i < count; i++) target.rows[at + i] = source.rows[order[from + i]];
  gatherRowMajor(source.categorical, order, from, count, target.categorical, at, source.size);
  gatherRowMajor(source.numeric, order, from, count, target.numeric, at, source.size);
  gatherTaskMajor(source.labels, order, from, count, target.labels, at, source.size, target.size);
  if (source.mask !== undefined && target.mask !== undefined) {
    gatherTaskMajor(source.mask, order, from, count, target.mask, at, source.size, target.size);
  }
}

type Values = Int32Array | Float32Array;

function gatherRowMajor<V extends Values>(
  source: V,
  order: Int32Array,
  from: number,
  count: number,
  target: V,
  at: number,
  sourceSize: number,
): void {
  const width = source.length / sourceSize;
  for (let i = 0; i < count; i++) {
    const s = order[from + i] * width;
    const t = (at + i) * width;
    for (let j = 0; j < width; j++) target[t + j] = source[s + j];
  }
}

function gatherTaskMajor(
  source: Float32Array,
  order: Int32Array,
  from: number,
  count: number,
  target: Float32Array,
  at: number,
  sourceSize: number,
  targetSize: number,
): void {
  const tasks = source.length / sourceSize;
  for (let task = 0; task < tasks; task++) {
    const s = task * sourceSize;
    const t = task * targetSize + at;
    for (let i = 0; i < count; i++) target[t + i] = source[s + order[from + i]];
  }
}
