/**
 * The gated recurrent unit (Cho et al., EMNLP 2014), in the form of PyTorch's and cuDNN's:
 *
 *     r = s(W_r x + b_r + U_r h + c_r)        z = s(W_z x + b_z + U_z h + c_z)
 *     n = tanh(W_n x + b_n + r (U_n h + c_n))        h' = (1 - z) n + z h
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkShapes } from "./check_shape.ts";

/** The weights of one layer; the gates lie side by side in the order r, z, n. */
export interface GruWeights {
  /** [E, 3H] */
  readonly W: tf.Tensor;
  /** [H, 3H] */
  readonly U: tf.Tensor;
  /** [3H] */
  readonly b: tf.Tensor;
  /** [3H] */
  readonly c: tf.Tensor;
}

/**
 * All states of B sequences, time-major. After its length a sequence's state stays as it is, so the last row of the
 * states is each sequence's final state.
 *
 * @param x [L, B, E]
 * @param h0 [B, H]
 * @param lengths [B], 0 to L each.
 * @returns [L, B, H]: row t is the state after step t + 1.
 * @throws {RangeError} If a shape or a length does not fit.
 */
export function gruStates(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): tf.Tensor {
  checkSequences(x, h0, weights, lengths);
  const [L, B] = x.shape, H = h0.shape[1]!;
  if (L * B * H === 0) return tf.zeros([L, B, H]);
  return tf.tidy(() => tf.stack(composedStates(x, h0, weights, lengths)));
}

/** The final state of each sequence [B, H]: `gruStates` without the states before it. */
export function gruFinal(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): tf.Tensor {
  checkSequences(x, h0, weights, lengths);
  return tf.tidy(() => (composedStates(x, h0, weights, lengths).at(-1) ?? h0).clone());
}

/**
 * One step of B sequences, without a gradient of its own cost: for decoding.
 *
 * @param x [B, E]
 * @param h [B, H]
 * @returns [B, H]
 */
export function gruStep(x: tf.Tensor, h: tf.Tensor, weights: GruWeights): tf.Tensor {
  const [B, H] = h.shape, E = x.shape[1]!;
  checkShapes("take a GRU step", [["h", h, [B, H]], ["x", x, [B, E]], ...expectedWeights(weights, E, H)]);
  return tf.tidy(() =>
    composedStep(tf.add(tf.matMul(x as tf.Tensor2D, weights.W as tf.Tensor2D), weights.b), h, weights)
  );
}

function checkSequences(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): void {
  const [L, B, E] = x.shape, H = h0.shape[1]!;
  checkShapes("run a GRU", [["x", x, [L, B, E]], ["h0", h0, [B, H]], ...expectedWeights(weights, E, H)]);
  if (lengths.length !== B) {
    throw new RangeError(`Cannot run a GRU: there are ${lengths.length} lengths, expected ${B}`);
  }
  const wrong = lengths.findIndex((length) => length < 0 || length > L);
  if (wrong >= 0) {
    throw new RangeError(`Cannot run a GRU: length ${wrong} is ${lengths[wrong]}, expected 0 to ${L}`);
  }
}

function expectedWeights({ W, U, b, c }: GruWeights, E: number, H: number) {
  return [["W", W, [E, 3 * H]], ["U", U, [H, 3 * H]], ["b", b, [3 * H]], ["c", c, [3 * H]]] as const;
}

/** The states after each step, made of TensorFlow.js' operations: for backends whose memory is elsewhere. */
function composedStates(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): tf.Tensor[] {
  const [L, B, E] = x.shape, H = h0.shape[1]!;
  if (B * E * H === 0) return [];
  const rows = tf.reshape(x, [L * B, E]) as tf.Tensor2D;
  const inputs = tf.reshape(tf.add(tf.matMul(rows, weights.W as tf.Tensor2D), weights.b), [L, B, 3 * H]);
  const states: tf.Tensor[] = [];
  let h = h0;
  for (const [t, input] of tf.unstack(inputs).entries()) {
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
