import * as tf from "@tensorflow/tfjs-core";
import type { Split } from "../../data/mod.ts";
import { hostValues } from "../../tensor/mod.ts";
import { assembleInput } from "../models/input.ts";
import type { Network } from "./network.ts";
import { selectTasks } from "./select_tasks.ts";

/** Predictions for one split, in the order of its rows. */
export interface Predictions {
  /** Probability of each task's label [M][N]. */
  readonly probabilities: Float32Array[];
  /** Labels [M][N]; NaN where missing. */
  readonly labels: Float32Array[];
}

/** Rows a forward pass takes at a time: large products, yet small beside the training batch's memory. */
const CHUNK = 8192;

/**
 * Predicts all rows of a split.
 *
 * @param taskIndices The tasks of the network, as places among the split's tasks.
 */
export async function predict(
  network: Network,
  split: Split,
  taskIndices: readonly number[],
): Promise<Predictions> {
  const { model, tables, numericFields, tasks } = network;
  const probabilities = taskIndices.map(() => new Float32Array(split.rows));
  const labels = taskIndices.map(() => new Float32Array(split.rows));
  let at = 0;
  for await (const full of split.batches({ batchSize: CHUNK })) {
    const batch = selectTasks(full, taskIndices);
    const chance = tf.tidy(() => {
      const { representation, ...bypass } = model.represent(assembleInput(batch, tables, numericFields));
      return tf.sigmoid(model.predict(tf.expandDims(representation, 0) as tf.Tensor3D, bypass));
    });
    const values = await hostValues(chance);
    for (let m = 0; m < tasks; m++) {
      const start = m * batch.size;
      probabilities[m].set(values.subarray(start, start + batch.size), at);
      labels[m].set(batch.labels.subarray(start, start + batch.size), at);
      if (batch.mask) {
        for (let b = 0; b < batch.size; b++) if (batch.mask[start + b] === 0) labels[m][at + b] = NaN;
      }
    }
    chance.dispose();
    at += batch.size;
  }
  return { probabilities, labels };
}
