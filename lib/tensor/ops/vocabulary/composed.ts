/** Words from states, made of TensorFlow.js' operations: for backends whose memory is elsewhere. */
import * as tf from "@tensorflow/tfjs-core";
import type { WeightedWords } from "./weighted_words.ts";

/** Rows of logits that are made at a time. */
const CHUNK = 256;

/** A loss, and its gradients by h, W and b if they were asked for. */
export interface LossWithGradients {
  readonly loss: tf.Scalar;
  readonly gradients: tf.Tensor[];
}

export function composedCrossEntropy(
  h: tf.Tensor2D,
  W: tf.Tensor2D,
  b: tf.Tensor1D,
  { rows, labels, weights }: WeightedWords,
  withGradient: boolean,
): LossWithGradients {
  const [N, H] = h.shape, V = b.shape[0];
  let loss = tf.scalar(0), dW = tf.zeros([H, V]), db = tf.zeros([1, V]);
  const dh: tf.Tensor2D[] = [];
  for (let start = 0; start < rows.length; start += CHUNK) {
    const end = Math.min(start + CHUNK, rows.length), n = end - start;
    const states = tf.gather(h, tf.tensor1d(rows.subarray(start, end), "int32"));
    const logProbabilities = tf.logSoftmax(tf.add(tf.matMul(states, W), b) as tf.Tensor2D);
    const chosen = oneHot(labels.subarray(start, end), V);
    const scale = tf.tensor2d(weights.subarray(start, end), [n, 1]);
    loss = tf.sub(loss, tf.sum(tf.mul(tf.mul(scale, chosen), logProbabilities)));
    if (!withGradient) continue;
    const dz = tf.mul(scale, tf.sub(tf.exp(logProbabilities), chosen)) as tf.Tensor2D;
    dh.push(tf.matMul(dz, W, false, true));
    dW = tf.add(dW, tf.matMul(states, dz, true, false));
    db = tf.add(db, tf.matMul(tf.ones([1, n]), dz));
  }
  return { loss, gradients: withGradient ? [spread(dh, rows, N, H), dW, tf.reshape(db, [V])] : [] };
}

/** [labels, V]. TensorFlow.js' own refuses a vocabulary of one word. */
function oneHot(labels: Int32Array, V: number): tf.Tensor {
  const words = tf.range(0, V, 1, "int32");
  return tf.cast(tf.equal(tf.tensor2d(labels, [labels.length, 1], "int32"), words), "float32");
}

/** The gradients of some rows among N, zeros in the others. */
function spread(parts: tf.Tensor2D[], rows: Int32Array, N: number, H: number): tf.Tensor {
  const places = new Int32Array(N).fill(rows.length);
  rows.forEach((row, place) => places[row] = place);
  return tf.gather(tf.concat([...parts, tf.zeros([1, H])]), tf.tensor1d(places, "int32"));
}
