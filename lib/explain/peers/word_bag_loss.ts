import * as tf from "@tensorflow/tfjs-core";
import { filledTensor } from "../../tensor/mod.ts";
import type { LinearVariables } from "../neural/parameters.ts";
import { linear } from "./peer_model.ts";
import type { SentenceBatch } from "./sentence_batch.ts";

/**
 * How well one distribution foretells all words of a sentence, whatever their order: the mean over the sentences of the
 * mean over their words, the end mark counted, of -log softmax(x W + b)[word].
 *
 * One row of logits a sentence: it costs a fraction of predicting each word by its own.
 *
 * @param x [B, H]
 */
export function wordBagLoss(x: tf.Tensor, output: LinearVariables, batch: SentenceBatch): tf.Scalar {
  const { labels, weights, lengths } = batch, B = lengths.length, V = output.b.shape[0];
  const shares = filledTensor([B, V], (values) => {
    values.fill(0);
    labels.forEach((word, p) => {
      const row = p % B;
      values[row * V + word] += weights[p] / (B * lengths[row]);
    });
  });
  const op = tf.customGrad((...args) => {
    const [logits, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const logP = tf.logSoftmax(logits);
    // Each row of shares sums to 1 / B.
    save([tf.sub(tf.div(tf.exp(logP), B), shares)]);
    // The sum by a product: the WASM backend's reductions are slow.
    const loss = tf.matMul(tf.reshape(shares, [1, B * V]), tf.reshape(logP, [B * V, 1]));
    return {
      value: tf.neg(tf.reshape(loss, [])),
      gradFunc: (dy, saved) => tf.mul((saved as tf.Tensor[])[0], dy as tf.Tensor),
    };
  });
  return op(linear(x, output)) as tf.Scalar;
}
