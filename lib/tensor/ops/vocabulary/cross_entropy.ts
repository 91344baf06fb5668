import * as tf from "@tensorflow/tfjs-core";
import { wasmBackend } from "../../backends/wasm_heap.ts";
import { recording } from "../../recording.ts";
import { composedCrossEntropy } from "./composed.ts";
import { fusedCrossEntropy } from "./fused.ts";
import { checkVocabulary, weightedWords } from "./weighted_words.ts";

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
  const action = "compute the cross-entropy of words";
  checkVocabulary(action, h, W, b);
  const words = weightedWords(action, h.shape[0], b.shape[0], labels, weights);
  const backend = wasmBackend(), withGradient = recording();
  const op = tf.customGrad((...args) => {
    const [h, W, b, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.GradSaveFunc];
    const { loss, gradients } = backend
      ? fusedCrossEntropy(backend, h, W, b, words, withGradient)
      : composedCrossEntropy(h, W, b, words, withGradient);
    save(gradients);
    return {
      value: loss,
      gradFunc: (dy, saved) => (saved as tf.Tensor[]).map((gradient) => tf.mul(gradient, dy as tf.Tensor)),
    };
  });
  return op(h, W, b) as tf.Scalar;
}
