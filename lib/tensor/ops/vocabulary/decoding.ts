/** What decoding reads of the words' distribution softmax(h W + b), on the host. */
import * as tf from "@tensorflow/tfjs-core";
import { wasmBackend } from "../../backends/wasm_heap.ts";
import { fusedArgmax, fusedLogProbabilities } from "./fused.ts";
import { checkVocabulary } from "./weighted_words.ts";

/**
 * The likeliest word of each state, the first of several.
 *
 * @param h [N, H]
 * @param W [H, V]
 * @param b [V]
 * @returns [N]; at once where the backend keeps its tensors in this process' memory.
 * @throws {RangeError} If the shapes do not fit, or on those backends if a row's logits are no numbers.
 */
export function vocabularyArgmax(h: tf.Tensor, W: tf.Tensor, b: tf.Tensor): Int32Array | Promise<Int32Array> {
  checkVocabulary("choose words", h, W, b);
  const backend = wasmBackend();
  if (backend) return fusedArgmax(backend, h, W, b);
  return read(() => tf.argMax(logits(h, W, b), 1)) as Promise<Int32Array>;
}

/**
 * log softmax(h W + b).
 *
 * @param h [N, H]
 * @param W [H, V]
 * @param b [V]
 * @returns [N, V], row-major; at once where the backend keeps its tensors in this process' memory.
 * @throws {RangeError} If the shapes do not fit.
 */
export function vocabularyLogProbabilities(
  h: tf.Tensor,
  W: tf.Tensor,
  b: tf.Tensor,
): Float32Array | Promise<Float32Array> {
  checkVocabulary("compute the probabilities of words", h, W, b);
  const backend = wasmBackend();
  if (backend) return fusedLogProbabilities(backend, h, W, b);
  return read(() => tf.logSoftmax(logits(h, W, b))) as Promise<Float32Array>;
}

function logits(h: tf.Tensor, W: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(h as tf.Tensor2D, W as tf.Tensor2D), b);
}

async function read(make: () => tf.Tensor) {
  const tensor = tf.tidy(make);
  try {
    return await tensor.data();
  } finally {
    tensor.dispose();
  }
}
