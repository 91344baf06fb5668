import type { Random } from "../random/mod.ts";
import { keepAlive, touchRow } from "./touch.ts";

/** Examples whose rows are touched ahead of their use; see `touchRow`. */
const GATHER_CHUNK = 16, SCATTER_CHUNK = 256;

/** The gradient of the table rows that one batch touched, duplicates summed. */
export interface RowGradient {
  /** Touched rows of the stacked tables, each once; the first `count` entries count. */
  readonly rows: Int32Array;
  readonly count: number;
  /** [count, dim], row-major. */
  readonly values: Float32Array;
}

/** Which rows a batch touches, found once and shared by all gradients of that batch. */
export interface RowIndex {
  readonly rows: Int32Array;
  readonly count: number;
  /** For each id of the batch [B, F] its position in `rows`; those of some examples alone serve a part of the batch. */
  readonly slots: Int32Array;
}

/**
 * The embedding tables of all categorical fields, stacked in one array outside the tape: rows are gathered into the
 * step's input and the gradient of that input is scattered back, so a step costs the same for any table size.
 */
export class EmbeddingTables {
  readonly dim: number;
  /** Stacked tables [sum of sizes, dim], row-major. */
  readonly weights: Float32Array;
  /** Rows of each field's table. [F] */
  readonly fieldSizes: readonly number[];
  readonly #offsets: Int32Array;
  /** For each row the slot it has in the batch that stamped it. */
  readonly #slotOfRow: Int32Array;
  readonly #stampOfRow: Int32Array;
  #stamp = 0;
  /** Reused by every `rowGradient`, since fresh pages cost more than the sums. */
  #values = new Float32Array(0);

  /**
   * @param sizes Rows of each field's table.
   * @param random Weights start as N(0, scale^2), without it at 0: of tables that are loaded.
   */
  constructor(sizes: readonly number[], dim: number, random: Random | undefined, scale = 0.05) {
    this.dim = dim;
    this.fieldSizes = sizes;
    this.#offsets = new Int32Array(sizes.length + 1);
    sizes.forEach((size, f) => this.#offsets[f + 1] = this.#offsets[f] + size);
    this.weights = new Float32Array(this.rowCount * dim);
    if (random !== undefined) {
      for (let i = 0; i < this.weights.length; i++) this.weights[i] = scale * random.normal();
    }
    this.#slotOfRow = new Int32Array(this.rowCount);
    this.#stampOfRow = new Int32Array(this.rowCount);
  }

  /** The number of fields, F. */
  get fields(): number {
    return this.fieldSizes.length;
  }

  /** Rows of all tables together. */
  get rowCount(): number {
    return this.#offsets[this.fieldSizes.length];
  }

  /**
   * Copies the rows of a batch into the model's input.
   *
   * @param ids [B, F], row-major; id f of each row is below the size of field f.
   * @param into [B, stride]: the embeddings fill the first F * dim columns.
   * @throws {RangeError} If an id has no row.
   */
  gather(ids: Int32Array, into: Float32Array, stride: number): void {
    const { dim, weights, fields } = this;
    this.#checkIds(ids);
    const offsets = this.#offsets, chunk = GATHER_CHUNK * fields;
    for (let start = 0, out = 0; start < ids.length; start += chunk) {
      const end = Math.min(start + chunk, ids.length);
      let touched = 0;
      for (let p = start; p < end;) {
        for (let f = 0; f < fields; f++, p++) touched += touchRow(weights, (offsets[f] + ids[p]) * dim, dim);
      }
      keepAlive(touched);
      for (let p = start; p < end; out += stride) {
        for (let f = 0, to = out; f < fields; f++, p++) {
          const from = (offsets[f] + ids[p]) * dim;
          for (let d = 0; d < dim; d++, to++) into[to] = weights[from + d];
        }
      }
    }
  }

  #checkIds(ids: Int32Array): void {
    const { fields, fieldSizes } = this;
    for (let p = 0; p < ids.length;) {
      for (let f = 0; f < fields; f++, p++) {
        if (ids[p] < 0 || ids[p] >= fieldSizes[f]) {
          throw new RangeError(
            `Cannot gather embeddings: id ${ids[p]} of field ${f} has no row, expected 0 to ${
              fieldSizes[f] - 1
            }`,
          );
        }
      }
    }
  }

  /** Numbers the distinct rows of a batch, field by field in the order of their first appearance. */
  index(ids: Int32Array): RowIndex {
    const { fields } = this;
    const rows = new Int32Array(ids.length), slots = new Int32Array(ids.length);
    const stamp = ++this.#stamp;
    let count = 0;
    for (let f = 0; f < fields; f++) {
      for (let p = f; p < ids.length; p += fields) {
        const row = this.#offsets[f] + ids[p];
        if (this.#stampOfRow[row] !== stamp) {
          this.#stampOfRow[row] = stamp;
          this.#slotOfRow[row] = count;
          rows[count++] = row;
        }
        slots[p] = this.#slotOfRow[row];
      }
    }
    return { rows, count, slots };
  }

  /**
   * Scatters the gradient of the model's input back to the rows of its batch.
   *
   * @param gradient [B, stride]: the first F * dim columns belong to the embeddings.
   * @returns Its values are overwritten by the next call.
   */
  rowGradient(index: RowIndex, gradient: Float32Array, stride: number): RowGradient {
    const { dim, fields } = this;
    const { rows, count, slots } = index;
    if (this.#values.length < count * dim) {
      this.#values = new Float32Array(Math.max(slots.length, count) * dim);
    }
    const values = this.#values.subarray(0, count * dim).fill(0);
    // Field by field: the sums of one field fit the cache where those of all fields together do not.
    for (let f = 0; f < fields; f++) {
      const batch = slots.length / fields;
      for (let start = 0; start < batch; start += SCATTER_CHUNK) {
        const end = Math.min(start + SCATTER_CHUNK, batch);
        let touched = 0;
        for (let b = start; b < end; b++) touched += touchRow(gradient, b * stride + f * dim, dim);
        keepAlive(touched);
        for (let b = start; b < end; b++) {
          const from = b * stride + f * dim, to = slots[b * fields + f] * dim;
          for (let d = 0; d < dim; d++) values[to + d] += gradient[from + d];
        }
      }
    }
    return { rows, count, values };
  }
}
