import * as tf from "@tensorflow/tfjs-core";
import { gramMatrix, hostValues, weightedSum } from "../../tensor/mod.ts";
import { type Cut, inputRows, rowsOf, type SharedUpdate } from "./cut.ts";
import type { TrainState } from "./train_step.ts";

/**
 * Balances the per-task gradients of the representation, then runs the bottom backward once, whatever the number of
 * tasks. At the level `loss` the gradients are weighted already and are only summed.
 */
export async function balanceRepresentation(state: TrainState, cut: Cut): Promise<SharedUpdate> {
  const { input, variables } = cut.pull(await cotangent(state, cut), cut.bypass);
  return { variables, rows: await inputRows(state.tables, cut.index, input) };
}

/** d [B, n'], where the bottom's backward pass starts. */
async function cotangent({ level, balancer, tasks }: TrainState, cut: Cut): Promise<tf.Tensor> {
  const { g, losses, step } = cut;
  if (level === "loss") return weightedSum(g, new Float32Array(tasks).fill(1));
  if (balancer.needs === "gradients") {
    const direction = balancer.combine!({ losses, gradients: rowsOf(await hostValues(g), tasks), step });
    return tf.tensor(direction, g.shape.slice(1));
  }
  return weightedSum(g, balancer.weigh!({ losses, gram: await gramMatrix(g), step }));
}
