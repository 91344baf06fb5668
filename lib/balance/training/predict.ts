import * as tf from "@tensorflow/tfjs-core";
import type { Split } from "../../data/mod.ts";
import { hostValues } from "../../tensor/mod.ts";
import { assembleInput } from "../models/input.ts";
import { allBinary, type TaskHead } from "../models/task_head.ts";
import type { Network } from "./network.ts";
import { selectTasks } from "./select_tasks.ts";
import { splitByTask } from "./task_losses.ts";

/** Predictions for one split, in the order of its rows. */
export interface Predictions {
  /**
   * Of each task [M]: the probability of label 1 [N]; of each class [C, N], row-major; or the standardised number [N].
   */
  readonly predicted: Float32Array[];
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
  const { model, tables, numericFields, heads } = network;
  const predicted = heads.map(({ outputs }) => new Float32Array(outputs * split.rows));
  const labels = taskIndices.map(() => new Float32Array(split.rows));
  let at = 0;
  for await (const full of split.batches({ batchSize: CHUNK })) {
    const batch = selectTasks(full, taskIndices), { size } = batch;
    const answers = tf.tidy(() => {
      const { representation, ...bypass } = model.represent(assembleInput(batch, tables, numericFields));
      const outputs = model.predict(tf.expandDims(representation, 0) as tf.Tensor3D, bypass);
      return answersOf(outputs, heads);
    });
    const values = await hostValues(answers);
    let row = 0;
    for (const [m, { outputs }] of heads.entries()) {
      for (let c = 0; c < outputs; c++, row++) {
        predicted[m].set(values.subarray(row * size, (row + 1) * size), c * split.rows + at);
      }
    }
    for (const [m, ofTask] of labels.entries()) {
      const start = m * size;
      ofTask.set(batch.labels.subarray(start, start + size), at);
      if (batch.mask) {
        for (let b = 0; b < size; b++) if (batch.mask[start + b] === 0) ofTask[at + b] = NaN;
      }
    }
    answers.dispose();
    at += size;
  }
  return { predicted, labels };
}

/** Outputs [O, B] as probabilities and numbers. */
function answersOf(outputs: tf.Tensor2D, heads: readonly TaskHead[]): tf.Tensor {
  if (allBinary(heads)) return tf.sigmoid(outputs);
  return tf.concat(
    splitByTask(outputs, heads).map((part, m) => {
      const { kind } = heads[m];
      if (kind === "regression") return part;
      // Softmax is over the last axis.
      return kind === "binary" ? tf.sigmoid(part) : tf.transpose(tf.softmax(tf.transpose(part)));
    }),
  );
}
