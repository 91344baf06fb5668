import type * as tf from "@tensorflow/tfjs-core";

/** What the shared part of a model hands to its task heads. */
export interface Shared {
  /** Phi [B, n'], where the per-task gradients are balanced. */
  representation: tf.Tensor2D;
  /** Task-specific values that bypass the cut, such as gates [M, B, E]; their gradients are not balanced. */
  [bypass: string]: tf.Tensor;
}

/**
 * A multi-task model that is cut in two at the shared representation.
 *
 * The heads read copies of the representation, one for each task, so that one backward pass of the sum of losses
 * gives every task's own gradient (MultiBalance, arXiv 2411.11871; see docs of `trainStep`).
 */
export interface MultiTaskModel {
  /** Variables of the shared part, below the cut. */
  readonly shared: readonly tf.Variable[];
  /** Variables above the cut. */
  readonly heads: readonly tf.Variable[];
  /** @param x [B, D] */
  represent(x: tf.Tensor2D): Shared;
  /**
   * @param phi [M, B, n'], the copies; or [1, B, n'] for all tasks at once where no per-task gradient is needed.
   * @param shared The other values of `represent`.
   * @returns Outputs [O, B]: those of the first task (a logit, a number, or one logit a class), then the second's.
   */
  predict(phi: tf.Tensor3D, shared: Omit<Shared, "representation">): tf.Tensor2D;
}

/** Sizes of a model; widths are numbers of units. */
export interface ModelSizes {
  /** Columns of the input, D. */
  inputs: number;
  /** Outputs of each of the M tasks, O in all: 1, or the number of classes. */
  outputs: readonly number[];
  /** Layers of the shared bottom, or of each expert. */
  bottom: readonly number[];
  /** Hidden layers of each tower. */
  tower: readonly number[];
}
