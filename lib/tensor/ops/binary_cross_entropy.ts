import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean binary cross-entropy of each task from logits, f_m = mean_b [softplus(z) - y z], over the labelled examples.
 *
 * softplus(z) = max(z, 0) + log(1 + exp(-|z|)), so no logit overflows. A task without a labelled example in the
 * batch has loss 0 and gradient 0.
 *
 * @param logits [M, B]
 * @param labels [M, B] in {0, 1}; any finite value where the mask is 0.
 * @param weights [M, B]: 1/(number of labelled examples of the task) where labelled, else 0 (see `labelWeights`).
 * @returns [M]
 */
export function binaryCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  weights: tf.Tensor2D,
): tf.Tensor1D {
  const op = tf.customGrad((...args) => {
    const [z, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    save([z]);
    const perExample = tf.add(tf.sub(tf.relu(z), tf.mul(labels, z)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
    return {
      value: tf.sum(tf.mul(perExample, weights), 1),
      gradFunc: (dy, saved) => {
        const slope = tf.mul(tf.sub(tf.sigmoid((saved as tf.Tensor[])[0]), labels), weights);
        return tf.mul(tf.expandDims(dy as tf.Tensor, 1), slope);
      },
    };
  });
  return op(logits) as tf.Tensor1D;
}
