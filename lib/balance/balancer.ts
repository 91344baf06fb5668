/**
 * A method that balances tasks: from what one training step knows of each task, the direction in which the shared
 * parameters (or the shared representation) move. Make one with `createBalancer`.
 *
 * A method that needs losses or the Gram matrix has `weigh`; one that needs the gradients has `combine`.
 */
export interface Balancer {
  readonly name: string;
  readonly needs: "losses" | "gram" | "gradients";

  /**
   * One step of a method that needs losses or the Gram matrix.
   *
   * @param step.losses Losses [T].
   * @param step.gram Gram matrix of the per-task gradients [T, T], row-major; wherever `needs` is "gram". What float32
   * products left asymmetric or indefinite is put right.
   * @param step.step Number of the training step, from 0.
   * @returns Weights [T] in the method's own scale: the direction is sum_i w_i g_i. A fresh array.
   * @throws {RangeError} If a length, a loss or the Gram matrix cannot be; {@link Balancer} keeps its state then.
   */
  weigh?(step: { losses: Float64Array; gram?: Float64Array; step: number }): Float64Array;

  /**
   * One step of a method that needs the gradients themselves.
   *
   * @param step.gradients Per-task gradients, T of one length.
   * @returns The direction, as long as one gradient. A fresh array.
   * @throws {RangeError} If a length, a loss or a gradient cannot be; {@link Balancer} keeps its state then.
   */
  combine?(step: { losses: Float64Array; gradients: Float32Array[]; step: number }): Float32Array;

  /** Forgets every step: the next one is like the first. */
  reset(): void;

  /** Simplex weights [T] after the last step, a copy; undefined before it and for methods that keep none. */
  readonly lambda?: Float64Array;

  /** A copy of all that the method remembers between steps, by name; empty before the first step. */
  saveState?(): BalancerState;

  /**
   * Continues where {@link Balancer.saveState} was called, to the last bit.
   *
   * @param state Also as plain arrays, as they come back from JSON.
   * @throws {RangeError} If the state is not one of this method.
   */
  restoreState?(state: Readonly<Record<string, ArrayLike<number>>>): void;
}

/** Named arrays that a checkpoint holds. `tasks` is there always: [T]. */
export type BalancerState = Record<string, Float32Array | Float64Array>;
