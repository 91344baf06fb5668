import {
  Adam,
  type AdamOptions,
  clipGradientNorm,
  sparseAdam,
  type SparseOptimizer,
  type StoredTensor,
} from "../../tensor/mod.ts";
import type { LossGradients } from "./gradients.ts";
import type { Parameters } from "./parameters.ts";

/** Adam over all parameters of a model, the norm of all gradients together clipped first. */
export class ModelOptimizer {
  readonly #dense: Adam;
  readonly #tables: Map<string, SparseOptimizer>;
  readonly #clip: number;

  /** @param options.clip Largest norm of all gradients together. Default 1. */
  constructor(
    parameters: Parameters,
    { clip = 1, ...adam }: AdamOptions & { readonly clip?: number; readonly weightDecay?: number } = {},
  ) {
    this.#dense = new Adam([...parameters.variables.values()], adam);
    this.#tables = new Map([...parameters.tables].map(([name, table]) => [name, sparseAdam(table, adam)]));
    this.#clip = clip;
  }

  /**
   * Takes a step; tables that were not looked up stay as they are.
   *
   * @throws {RangeError} If the norm of the gradients is not finite; nothing is changed then.
   */
  async apply({ dense, rows }: LossGradients): Promise<void> {
    const { scale } = await clipGradientNorm(dense, [...rows.values()], this.#clip);
    await this.#dense.apply(dense, scale);
    for (const [name, gradient] of rows) this.#tables.get(name)!.apply(gradient, scale);
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

  #parts(): [string, Adam | SparseOptimizer][] {
    return [
      ["dense", this.#dense],
      ...[...this.#tables].map(([name, optimizer]) =>
        [`table ${name}`, optimizer] as [string, SparseOptimizer]
      ),
    ];
  }
}
