import * as tf from "@tensorflow/tfjs-core";
import { checkTensors } from "./check_tensors.ts";

/**
 * Scaled dot-product attention of B matrices side by side: softmax(q k^T / sqrt(d) + mask) v, the softmax over the keys.
 *
 * The scores are scaled, masked and normalized in one operation, whose gradient sums by matrix products: the WASM backend's
 * reductions are slow.
 *
 * Source: Vaswani et al., "Attention Is All You Need", NIPS 2017, equation 1.
 *
 * @param q Queries [B, T, d].
 * @param k Keys [B, S, d].
 * @param v Values [B, S, e].
 * @param mask Added to the scores [T, S]: 0 where a query sees a key, a large negative number where not. All are seen if
 * absent.
 * @returns [B, T, e]
 * @throws {RangeError} If a shape does not fit.
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor2D): tf.Tensor3D {
  const [B, T, d] = q.shape, [, S] = k.shape;
  checkTensors("attend", [
    ["q", q, [B, T, d]],
    ["k", k, [B, S, d]],
    ["v", v, [B, S, v.shape[2]]],
    ...mask ? [["mask", mask, [T, S]] as const] : [],
  ]);
  const scale = 1 / Math.sqrt(d!);
  const weights = tf.customGrad((...args) => {
    const [scores, save] = args as unknown as [tf.Tensor3D, tf.GradSaveFunc];
    const scaled = tf.mul(scores, scale);
    const P = tf.softmax(mask ? tf.add(scaled, mask) : scaled);
    save([P]);
    return {
      value: P,
      gradFunc: (dy, saved) => {
        const [P] = saved as tf.Tensor[];
        const slope = tf.mul(dy as tf.Tensor, P);
        const sums = tf.matMul(tf.reshape(slope, [B * T, S!]) as tf.Tensor2D, tf.ones([S!, 1]));
        return tf.mul(tf.sub(slope, tf.mul(P, tf.reshape(sums, [B, T, 1]))), scale);
      },
    };
  });
  return tf.matMul(weights(tf.matMul(q, k, false, true)), v) as tf.Tensor3D;
}
