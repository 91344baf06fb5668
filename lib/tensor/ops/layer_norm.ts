import * as tf from "@tensorflow/tfjs-core";
import { checkTensors } from "./check_tensors.ts";

/** Added to the variance. */
const EPSILON = 1e-5;

/**
 * Normalizes each row to mean 0 and variance 1, and scales and shifts its elements:
 *
 *     x' = (x - mean) / sqrt(variance + 1e-5)        y = gain x' + bias
 *
 * All sums are matrix products, forward and backward: the WASM backend's reductions are slow.
 *
 * Source: Ba, Kiros, Hinton, "Layer Normalization", arXiv 1607.06450.
 *
 * @param x [N, d]
 * @param gain [d]
 * @param bias [d]
 * @returns [N, d]
 * @throws {RangeError} If a shape does not fit.
 */
export function layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  const [N, d] = x.shape;
  checkTensors("normalize layers", [["x", x, [N, d!]], ["gain", gain, [d!]], ["bias", bias, [d!]]]);
  const op = tf.customGrad((...args) => {
    const [x, gain, bias, save] = args as unknown as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const mean = tf.fill([d!, 1], 1 / d!) as tf.Tensor2D;
    const centred = tf.sub(x, tf.matMul(x, mean)) as tf.Tensor2D;
    const scale = tf.rsqrt(tf.add(tf.matMul(tf.mul(centred, centred), mean), EPSILON));
    const normal = tf.mul(centred, scale) as tf.Tensor2D;
    save([normal, scale, gain, mean]);
    return {
      value: tf.add(tf.mul(normal, gain), bias),
      gradFunc: (dy, saved) => {
        const [normal, scale, gain, mean] = saved as tf.Tensor2D[];
        const ones = tf.ones([1, N]) as tf.Tensor2D, slope = tf.mul(dy as tf.Tensor2D, gain) as tf.Tensor2D;
        // dx = scale (slope - mean(slope) - x' mean(slope x'))
        const along = tf.mul(normal, tf.matMul(tf.mul(slope, normal), mean));
        return [
          tf.mul(scale, tf.sub(tf.sub(slope, tf.matMul(slope, mean)), along)),
          tf.reshape(tf.matMul(ones, tf.mul(dy as tf.Tensor2D, normal)), [d!]),
          tf.reshape(tf.matMul(ones, dy as tf.Tensor2D), [d!]),
        ];
      },
    };
  });
  return op(x, gain, bias) as tf.Tensor2D;
}
