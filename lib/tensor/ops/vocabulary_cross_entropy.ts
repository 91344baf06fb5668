import * as tf from "@tensorflow/tfjs-core";
import { recording } from "../recording.ts";
import { checkShapes } from "./check_shape.ts";

/** Rows of logits that are made at a time. */
const CHUNK = 256;

/**
 * The cross-entropy of words from states, sum_i weights[i] * -log softmax(h_i W + b)[labels_i].
 *
 * The gradient is made in the forward pass, chunk by chunk, and only scaled in the backward pass: the logits [N, V]
 * of all rows are never there at once. Without a recording, the loss alone is made.
 *
 * @param h [N, H]
 * @param W [H, V]
 * @param b [V]
 * @param labels [N], 0 to V - 1; anything where the weight is 0.
 * @param weights [N], finite; rows of weight 0 cost nothing.
 * @returns A scalar, 0 if no row has a weight.
 * @throws {RangeError} If a shape, a weight, or the label of a weighted row does not fit.
 */
export function vocabularyCrossEntropy(
  h: tf.Tensor,
  W: tf.Tensor,
  b: tf.Tensor,
  labels: Int32Array,
  weights: Float32Array,
): tf.Scalar {
  const rows = weightedRows(h, W, b, labels, weights), withGradient = recording();
  const op = tf.customGrad((...args) => {
    const [h, W, b, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.GradSaveFunc];
    const { loss, gradients } = composedCrossEntropy(h, W, b, rows, labels, weights, withGradient);
    save(gradients);
    return {
      value: loss,
      gradFunc: (dy, saved) => (saved as tf.Tensor[]).map((gradient) => tf.mul(gradient, dy as tf.Tensor)),
    };
  });
  return op(h, W, b) as tf.Scalar;
}

/** The rows whose weight is not 0, in order, checked. */
function weightedRows(
  h: tf.Tensor,
  W: tf.Tensor,
  b: tf.Tensor,
  labels: Int32Array,
  weights: Float32Array,
): Int32Array {
  const [N, H] = h.shape, V = W.shape[1]!, action = "compute the cross-entropy of words";
  checkShapes(action, [["h", h, [N, H]], ["W", W, [H, V]], ["b", b, [V]]]);
  for (const [name, { length }] of [["labels", labels], ["weights", weights]] as const) {
    if (length !== N) throw new RangeError(`Cannot ${action}: there are ${length} ${name}, expected ${N}`);
  }
  const rows = new Int32Array(N);
  let count = 0;
  for (let i = 0; i < N; i++) {
    if (weights[i] === 0) continue;
    if (!Number.isFinite(weights[i])) {
      throw new RangeError(
        `Cannot ${action}: the weight of row ${i} is ${weights[i]}, expected a finite one`,
      );
    }
    if (labels[i] < 0 || labels[i] >= V) {
      throw new RangeError(`Cannot ${action}: the label of row ${i} is ${labels[i]}, expected 0 to ${V - 1}`);
    }
    rows[count++] = i;
  }
  return rows.subarray(0, count);
}

interface CrossEntropy {
  loss: tf.Scalar;
  /** By h, W and b; empty if none are asked for. */
  gradients: tf.Tensor[];
}

/** Made of TensorFlow.js' operations: for backends whose memory is elsewhere. */
function composedCrossEntropy(
  h: tf.Tensor2D,
  W: tf.Tensor2D,
  b: tf.Tensor1D,
  rows: Int32Array,
  labels: Int32Array,
  weights: Float32Array,
  withGradient: boolean,
): CrossEntropy {
  const [N, H] = h.shape, V = b.shape[0];
  let loss = tf.scalar(0), dW = tf.zeros([H, V]), db = tf.zeros([1, V]);
  const dh: tf.Tensor2D[] = [];
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.subarray(start, start + CHUNK), n = chunk.length;
    const states = n === N ? h : tf.gather(h, tf.tensor1d(chunk, "int32"));
    const logProbabilities = tf.logSoftmax(tf.add(tf.matMul(states, W), b) as tf.Tensor2D);
    const chosen = tf.oneHot(tf.tensor1d(chunk.map((i) => labels[i]), "int32"), V);
    const scale = tf.tensor2d(Float32Array.from(chunk, (i) => weights[i]), [n, 1]);
    loss = tf.sub(loss, tf.sum(tf.mul(tf.mul(scale, chosen), logProbabilities)));
    if (!withGradient) continue;
    const dz = tf.mul(scale, tf.sub(tf.exp(logProbabilities), chosen)) as tf.Tensor2D;
    dh.push(tf.matMul(dz, W, false, true));
    dW = tf.add(dW, tf.matMul(states, dz, true, false));
    db = tf.add(db, tf.matMul(tf.ones([1, n]), dz));
  }
  return { loss, gradients: withGradient ? [spread(dh, rows, N, H), dW, tf.reshape(db, [V])] : [] };
}

/** The gradients of some rows among N, zeros in the others. */
function spread(parts: tf.Tensor2D[], rows: Int32Array, N: number, H: number): tf.Tensor {
  const places = new Int32Array(N).fill(rows.length);
  rows.forEach((row, place) => places[row] = place);
  return tf.gather(tf.concat([...parts, tf.zeros([1, H])]), tf.tensor1d(places, "int32"));
}
