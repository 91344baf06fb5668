/** GRU layers made of TensorFlow.js' operations: for backends whose memory is elsewhere. */
import * as tf from "@tensorflow/tfjs-core";
import { splitParts } from "../split_parts.ts";
import type { GruWeights } from "./weights.ts";

/** The states [B, H] after each of L steps. */
export function composedStates(
  x: tf.Tensor,
  h0: tf.Tensor,
  weights: GruWeights,
  lengths: Int32Array,
): tf.Tensor[] {
  const [L, B, E] = x.shape, H = h0.shape[1]!;
  if (L * B * E * H === 0) return [];
  const rows = tf.reshape(x, [L * B, E]) as tf.Tensor2D;
  const inputs = tf.add(tf.matMul(rows, weights.W as tf.Tensor2D), weights.b);
  const states: tf.Tensor[] = [];
  let h = h0;
  for (const [t, input] of splitParts(inputs, L).entries()) {
    const next = composedStep(input, h, weights);
    if (lengths.every((length) => length > t)) h = next;
    else {
      const runs = tf.tensor2d(Float32Array.from(lengths, (length) => Number(length > t)), [B, 1]);
      h = tf.add(h, tf.mul(runs, tf.sub(next, h)));
    }
    states.push(h);
  }
  return states;
}

/** @param input W x + b [B, 3H] */
function composedStep(input: tf.Tensor, h: tf.Tensor, { U, c }: GruWeights): tf.Tensor {
  const H = h.shape[1]!;
  const recurrent = tf.add(tf.matMul(h as tf.Tensor2D, U as tf.Tensor2D), c);
  const [xr, xz, xn] = tf.split(input, 3, 1), [hr, hz, hn] = tf.split(recurrent, [H, H, H], 1);
  const r = tf.sigmoid(tf.add(xr, hr)), z = tf.sigmoid(tf.add(xz, hz));
  const n = tf.tanh(tf.add(xn, tf.mul(r, hn)));
  return tf.add(n, tf.mul(z, tf.sub(h, n)));
}
