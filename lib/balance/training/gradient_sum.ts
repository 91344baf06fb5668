import * as tf from "@tensorflow/tfjs-core";
import type { RowGradient } from "../../tensor/mod.ts";
import type { SharedGradient } from "./forward_pass.ts";

/** The gradients of one step, summed over its micro-batches. */
export class GradientSum {
  readonly #parts: number;
  #heads: readonly tf.Tensor[] = [];
  #variables: readonly tf.Tensor[] = [];
  #rows: RowGradient | undefined;

  /** @param parts How many micro-batches the step has: what a single one gives is taken without a copy. */
  constructor(parts: number) {
    this.#parts = parts;
  }

  /** @param gradients Of the head variables; the sum owns them from now on. */
  addHeads(gradients: readonly tf.Tensor[]): void {
    this.#heads = summed(this.#heads, gradients);
  }

  /** @param gradient Its tensors belong to the sum from now on; its rows are those of the whole batch. */
  addShared({ variables, rows }: SharedGradient): void {
    this.#variables = summed(this.#variables, variables);
    if (this.#rows === undefined) {
      this.#rows = this.#parts === 1 ? rows : { ...rows, values: rows.values.slice() };
      return;
    }
    const { values } = this.#rows;
    for (let k = 0; k < values.length; k++) values[k] += rows.values[k];
  }

  get heads(): readonly tf.Tensor[] {
    return this.#heads;
  }

  get shared(): SharedGradient {
    return { variables: this.#variables, rows: this.#rows! };
  }

  [Symbol.dispose](): void {
    tf.dispose([...this.#heads, ...this.#variables]);
  }
}

/** Sums that outlive the scope of the micro-batch; what they are made of is freed. */
function summed(before: readonly tf.Tensor[], terms: readonly tf.Tensor[]): readonly tf.Tensor[] {
  const sums = before.length === 0 ? terms : terms.map((term, i) => tf.add(before[i], term));
  if (sums !== terms) tf.dispose([...before, ...terms]);
  return sums.map((sum) => tf.keep(sum));
}
