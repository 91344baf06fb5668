import * as tf from "@tensorflow/tfjs-core";

export type Activation = "linear" | "relu";

/**
 * A dense layer y = activation(x W + b), with a gradient made of matrix products alone: the bias gradient is
 * 1^T dz, since the reduction over rows costs TensorFlow.js' WASM backend 15 ms where the product takes 1.
 *
 * @param x [B, n], or [M, B, n] for M layers side by side; [1, B, n] is shared by all of them.
 * @param W [n, h], or [M, n, h].
 * @param b [h], or [M, 1, h].
 * @returns [B, h], or [M, B, h].
 */
export function dense(x: tf.Tensor, W: tf.Tensor, b: tf.Tensor, activation: Activation): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const [x, W, b, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const z = tf.add(tf.matMul(x, W), b);
    const y = activation === "relu" ? tf.relu(z) : z;
    save([x, W, y]);
    return {
      value: y,
      gradFunc: (dy, saved) => {
        const [x, W, y] = saved as tf.Tensor[];
        const dz = activation === "relu" ? tf.mul(dy as tf.Tensor, tf.step(y)) : dy as tf.Tensor;
        const rows = dz.shape[dz.rank - 2]!;
        const ones = tf.ones(dz.rank === 3 ? [1, 1, rows] : [1, rows]);
        const dx = tf.matMul(dz, W, false, true);
        return [
          // A shared x collects the gradient of all M layers.
          dx.shape[0] === x.shape[0] ? dx : tf.sum(dx, 0, true),
          tf.matMul(x, dz, true, false),
          tf.reshape(tf.matMul(ones, dz), b.shape),
        ];
      },
    };
  });
  return op(x, W, b);
}
