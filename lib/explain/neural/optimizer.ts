import * as tf from "@tensorflow/tfjs-core";
import {
  Adam,
  type AdamOptions,
  sparseAdam,
  type SparseOptimizer,
  type StoredTensor,
} from "../../tensor/mod.ts";
import { clipGradients } from "./clip.ts";
import type { LossGradients } from "./gradients.ts";
import type { Parameters } from "./parameters.ts";

export interface ModelOptimizerOptions extends AdamOptions {
  /** Largest norm of all gradients together. Default 1. */
  readonly clip?: number;
  /** Times the parameter, added to its gradient after clipping; of tables, to the rows of the batch alone. Default 0. */
  readonly weightDecay?: number;
}

/** Adam over all parameters of a model, the norm of all gradients together clipped first. */
export class ModelOptimizer {
  readonly #parameters: Parameters;
  readonly #dense: Adam;
  readonly #tables: Map<string, SparseOptimizer>;
  readonly #clip: number;
  readonly #weightDecay: number;

  constructor(parameters: Parameters, { clip = 1, weightDecay = 0, ...adam }: ModelOptimizerOptions = {}) {
    this.#parameters = parameters;
    this.#dense = new Adam([...parameters.variables.values()], adam);
    this.#tables = new Map([...parameters.tables].map(([name, table]) => [name, sparseAdam(table, adam)]));
    this.#clip = clip;
    this.#weightDecay = weightDecay;
  }

  /** Takes a step, and uses the gradients up; tables that were not looked up stay as they are. */
  async apply({ dense, rows }: LossGradients): Promise<void> {
    await clipGradients(dense, [...rows.values()], this.#clip);
    if (this.#weightDecay !== 0) this.#decay(dense, rows);
    await this.#dense.apply(dense);
    for (const [name, gradient] of rows) this.#tables.get(name)!.apply(gradient);
  }

  /** All that is remembered between steps, by name. */
  saveState(): Record<string, StoredTensor> {
    return Object.fromEntries(
      this.#parts().flatMap(([part, optimizer]) =>
        Object.entries(optimizer.saveState()).map(([name, data]) => [
          `${part}/${name}`,
          { shape: [data.length], data },
        ])
      ),
    );
  }

  /** Continues where `saveState` was called, to the last bit. */
  restoreState(state: Readonly<Record<string, StoredTensor>>): void {
    for (const [part, optimizer] of this.#parts()) {
      const own = Object.entries(state).filter(([name]) => name.startsWith(`${part}/`))
        .map(([name, { data }]): [string, ArrayLike<number>] => [name.slice(part.length + 1), data]);
      optimizer.restoreState(Object.fromEntries(own));
    }
  }

  #decay(dense: tf.Tensor[], rows: LossGradients["rows"]): void {
    const rate = this.#weightDecay;
    for (const [i, variable] of [...this.#parameters.variables.values()].entries()) {
      const decayed = tf.tidy(() => tf.add(dense[i], tf.mul(variable, rate)));
      dense[i].dispose();
      dense[i] = decayed;
    }
    for (const [name, { rows: touched, count, values }] of rows) {
      const { dim, weights } = this.#parameters.tables.get(name)!;
      for (let u = 0; u < count; u++) {
        const from = touched[u] * dim, to = u * dim;
        for (let d = 0; d < dim; d++) values[to + d] += rate * weights[from + d];
      }
    }
  }

  #parts(): [string, Adam | SparseOptimizer][] {
    return [
      ["dense", this.#dense],
      ...[...this.#tables].map(([name, optimizer]) =>
        [`table ${name}`, optimizer] as [string, SparseOptimizer]
      ),
    ];
  }
}
