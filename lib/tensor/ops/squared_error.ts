import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean squared error of each task, f_m = mean_b (z - y)^2, over the labelled examples. With standardised targets the
 * best constant has loss 1. A task without a labelled example in the batch has loss 0 and gradient 0.
 *
 * @param outputs z [M, B]
 * @param targets y [M, B]; any finite value where there is no label.
 * @param weights [M, B]: 1/(number of labelled examples of the task) where labelled, else 0 (see `labelWeights`).
 * @returns [M]
 */
export function squaredError(outputs: tf.Tensor2D, targets: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor1D {
  const op = tf.customGrad((...args) => {
    const [z, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    save([z]);
    return {
      value: tf.sum(tf.mul(tf.square(tf.sub(z, targets)), weights), 1),
      gradFunc: (dy, saved) => {
        const slope = tf.mul(tf.mul(tf.sub((saved as tf.Tensor[])[0], targets), weights), 2);
        return tf.mul(tf.expandDims(dy as tf.Tensor, 1), slope);
      },
    };
  });
  return op(outputs) as tf.Tensor1D;
}
