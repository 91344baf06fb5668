import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../data/mod.ts";
import type { Resumable, SparseOptimizer } from "../../tensor/mod.ts";
import type { Balancer } from "../balancer.ts";
import { balanceParameters } from "./balance_parameters.ts";
import { balanceRepresentation } from "./balance_representation.ts";
import { GradientSum } from "./gradient_sum.ts";
import { microBatches } from "./micro_batches.ts";
import type { Network } from "./network.ts";

/**
 * Where gradients are balanced.
 *
 * - `loss`: the losses are weighted before the one backward pass.
 * - `representation`: per-task gradients of the representation are balanced, then the bottom runs backward once.
 * - `parameter`: the bottom runs backward once for every task, and the gradients of all shared parameters,
 *   embedding rows included, are balanced.
 *
 * A method that reads losses alone works at all three; at the latter two its weights reach the shared part and not the
 * heads. One that needs gradients or their Gram matrix works at these two.
 */
export const levels = ["loss", "representation", "parameter"] as const;
export type Level = typeof levels[number];

/** Updates dense variables from one gradient for each. */
export interface DenseOptimizer extends Resumable {
  apply(gradients: readonly tf.Tensor[]): Promise<void>;
}

/** All that a training step reads and updates. */
export interface TrainState extends Network {
  readonly balancer: Balancer;
  readonly level: Level;
  /** Parts in which a batch goes through the network. */
  readonly microBatches: number;
  readonly sharedOptimizer: DenseOptimizer;
  readonly headOptimizer: DenseOptimizer;
  readonly tableOptimizer: SparseOptimizer;
}

/**
 * One step of multi-task training with gradient balancing.
 *
 *     Phi = bottom(x)                       one forward pass
 *     Phi_m = copy of Phi                   the cut
 *     g_m = d f_m / d Phi_m                 one backward pass of sum_m f_m gives all of them, kept per sample
 *     w = weights from the balancer         from the Gram matrix of the flattened g_m, or from the losses
 *     backward of the bottom from d = sum_m w_m g_m
 *
 * The heads always follow their own losses; at the level `loss` they follow the weighted ones. Micro-batches give the
 * same step up to rounding, whatever labels are missing: losses are means over the whole batch's labels.
 *
 * @param step The number of this step, from 0.
 * @returns The loss of each task, before the step.
 * @throws {RangeError} If the batch has fewer examples than micro-batches.
 */
export async function trainStep(state: TrainState, batch: Batch, step: number): Promise<Float64Array> {
  const engine = tf.engine();
  engine.startScope("train step");
  try {
    const parts = microBatches(batch, state.tasks, state.tables, state.microBatches);
    using sum = new GradientSum(parts.length);
    const balance = state.level === "parameter" ? balanceParameters : balanceRepresentation;
    const losses = await balance(state, parts, step, sum);
    await state.sharedOptimizer.apply(sum.shared.variables);
    state.tableOptimizer.apply(sum.shared.rows);
    await state.headOptimizer.apply(sum.heads);
    return losses;
  } finally {
    engine.endScope();
  }
}
