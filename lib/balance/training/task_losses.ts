import * as tf from "@tensorflow/tfjs-core";
import { binaryCrossEntropy, softmaxCrossEntropy, splitParts, squaredError } from "../../tensor/mod.ts";
import { allBinary, type TaskHead } from "../models/task_head.ts";

/**
 * The losses of all tasks as a function of a model's outputs: binary cross-entropy, cross-entropy over the classes, or
 * the squared error of a standardised number.
 *
 * @param labels [M, B], task-major.
 * @param weights [M, B]: what each label counts, see `labelWeights`; 0 where there is none.
 * @returns Outputs [O, B] to losses [M].
 */
export function taskLosses(
  heads: readonly TaskHead[],
  labels: Float32Array,
  weights: Float32Array,
): (outputs: tf.Tensor2D) => tf.Tensor1D {
  const tasks = heads.length, size = labels.length / tasks;
  if (allBinary(heads)) {
    const y = tf.tensor2d(labels, [tasks, size]), w = tf.tensor2d(weights, [tasks, size]);
    return (outputs) => binaryCrossEntropy(outputs, y, w);
  }
  const losses = heads.map((head, m) =>
    lossOf(head, labels.slice(m * size, (m + 1) * size), weights.slice(m * size, (m + 1) * size))
  );
  return (outputs) => tf.concat1d(splitByTask(outputs, heads).map((part, m) => losses[m](part)));
}

/** The outputs [C_m, B] of each task. */
export function splitByTask(outputs: tf.Tensor2D, heads: readonly TaskHead[]): tf.Tensor2D[] {
  return splitParts(outputs, heads.map(({ outputs }) => outputs));
}

function lossOf({ kind }: TaskHead, labels: Float32Array, weights: Float32Array) {
  if (kind === "multi-class") {
    const y = tf.tensor1d(labels), w = tf.tensor1d(weights);
    return (part: tf.Tensor2D) => softmaxCrossEntropy(part, y, w);
  }
  const loss = kind === "binary" ? binaryCrossEntropy : squaredError;
  const y = tf.tensor2d(labels, [1, labels.length]), w = tf.tensor2d(weights, [1, labels.length]);
  return (part: tf.Tensor2D) => loss(part, y, w);
}
