import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../data/mod.ts";
import {
  binaryCrossEntropy,
  copies,
  type EmbeddingTables,
  hostValues,
  labelWeights,
  type SparseOptimizer,
  vjp,
} from "../../tensor/mod.ts";
import type { Balancer } from "../balancer.ts";
import { assembleInput } from "../models/input.ts";
import type { MultiTaskModel, Shared } from "../models/model.ts";
import { balanceParameters } from "./balance_parameters.ts";
import { balanceRepresentation } from "./balance_representation.ts";
import type { Cut } from "./cut.ts";

/**
 * Where gradients are balanced.
 *
 * - `loss`: the losses are weighted before the one backward pass.
 * - `representation`: per-task gradients of the representation are balanced, then the bottom runs backward once.
 * - `parameter`: the bottom runs backward once for every task, and the gradients of all shared parameters,
 *   embedding rows included, are balanced.
 */
export const levels = ["loss", "representation", "parameter"] as const;
export type Level = typeof levels[number];

/** Updates dense variables from one gradient for each. */
export interface DenseOptimizer {
  apply(gradients: readonly tf.Tensor[]): Promise<void>;
}

/** All that a training step reads and updates. */
export interface TrainState {
  readonly model: MultiTaskModel;
  readonly tables: EmbeddingTables;
  readonly numericFields: number;
  readonly tasks: number;
  readonly balancer: Balancer;
  readonly level: Level;
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
 * The heads always follow their own losses; at the level `loss` they follow the weighted ones.
 *
 * @param step The number of this step, from 0.
 * @returns The loss of each task, before the step.
 */
export async function trainStep(state: TrainState, batch: Batch, step: number): Promise<Float64Array> {
  const engine = tf.engine();
  engine.startScope("train step");
  try {
    const { model, tables, tasks } = state;
    const x = assembleInput(batch, tables, state.numericFields);
    using bottom = vjp<Shared>(() => model.represent(x), [x, ...model.shared]);
    const { representation, ...bypass } = bottom.outputs;
    const phi = copies(representation, tasks);
    const names = Object.keys(bypass);
    const labels = tf.tensor2d(batch.labels, [tasks, batch.size]);
    const weights = tf.tensor2d(labelWeights(tasks, batch.size, batch.mask), [tasks, batch.size]);
    using heads = vjp(
      () => ({ losses: binaryCrossEntropy(model.predict(phi, bypass), labels, weights) }),
      [phi, ...names.map((name) => bypass[name]), ...model.heads],
    );
    const losses = Float64Array.from(await hostValues(heads.outputs.losses));
    if (!losses.every(Number.isFinite)) {
      throw new Error(
        `Cannot take step ${step}: the losses are ${losses}, expected finite ones; lower learningRate`,
      );
    }

    const byLoss = state.level === "loss" ? state.balancer.weigh!({ losses, step }) : undefined;
    const emphasis = byLoss ? tf.tensor1d(Float32Array.from(byLoss)) : tf.ones([tasks]);
    const [g, ...rest] = heads.pullback({ losses: emphasis });
    heads.dispose();
    const cut: Cut = {
      g,
      bypass: Object.fromEntries(names.map((name, i) => [name, rest[i]])),
      pull: (d, along) => {
        const [input, ...variables] = bottom.pullback({ representation: d, ...along } as Partial<Shared>);
        return { input, variables };
      },
      index: tables.index(batch.categorical),
      losses,
      step,
    };
    const update = state.level === "parameter"
      ? await balanceParameters(state, cut)
      : await balanceRepresentation(state, cut);
    bottom.dispose();
    await state.sharedOptimizer.apply(update.variables);
    state.tableOptimizer.apply(update.rows);
    await state.headOptimizer.apply(rest.slice(names.length));
    return losses;
  } finally {
    engine.endScope();
  }
}
