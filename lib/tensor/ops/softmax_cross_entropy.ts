import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean cross-entropy of one task of C classes from logits, f = mean_b [log sum_c exp(z_c) - z_y], over the labelled
 * examples. The largest logit is subtracted first, so none overflows. Without a labelled example in the batch loss
 * and gradient are 0.
 *
 * @param logits z [C, B]
 * @param labels y [B]: the place of the class, 0 to C - 1; any of them where there is no label.
 * @param weights [B]: 1/(number of labelled examples) where labelled, else 0 (see `labelWeights`).
 * @returns [1]
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  weights: tf.Tensor1D,
): tf.Tensor1D {
  const op = tf.customGrad((...args) => {
    const [z, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const shifted = tf.sub(z, tf.max(z, 0, true));
    const powers = tf.exp(shifted), total = tf.sum(powers, 0);
    const chosen = tf.transpose(tf.oneHot(tf.cast(labels, "int32"), z.shape[0]));
    save([tf.div(powers, total), chosen]);
    const perExample = tf.sub(tf.log(total), tf.sum(tf.mul(shifted, chosen), 0));
    return {
      value: tf.reshape(tf.sum(tf.mul(perExample, weights)), [1]),
      gradFunc: (dy, saved) => {
        const [probabilities, chosen] = saved as tf.Tensor[];
        return tf.mul(dy as tf.Tensor, tf.mul(tf.sub(probabilities, chosen), weights));
      },
    };
  });
  return op(logits) as tf.Tensor1D;
}
