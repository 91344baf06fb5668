/**
 * The gated recurrent unit (Cho et al., EMNLP 2014), in the form of PyTorch's and cuDNN's:
 *
 *     r = s(W_r x + b_r + U_r h + c_r)        z = s(W_z x + b_z + U_z h + c_z)
 *     n = tanh(W_n x + b_n + r (U_n h + c_n))        h' = (1 - z) n + z h
 */
import * as tf from "@tensorflow/tfjs-core";
import { wasmBackend } from "../../backends/wasm_heap.ts";
import { checkTensors } from "../check_tensors.ts";
import { composedStates } from "./composed.ts";
import { fusedBackward, fusedForward } from "./fused.ts";
import { packing } from "./packing.ts";
import { checkSequences, expectedWeights, type GruWeights } from "./weights.ts";

/**
 * All states of B sequences, time-major. After its length a sequence's state stays as it is, so the last row of the
 * states is each sequence's final state; steps after a length cost little.
 *
 * @param x [L, B, E]
 * @param h0 [B, H]
 * @param lengths [B], 0 to L each.
 * @returns [L, B, H]: row t is the state after step t + 1.
 * @throws {RangeError} If a shape or a length does not fit.
 */
export function gruStates(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): tf.Tensor {
  checkSequences(x, h0, weights, lengths);
  return fusedGru(x, h0, weights, lengths, true) ?? tf.tidy(() => {
    const states = composedStates(x, h0, weights, lengths);
    return states.length > 0 ? tf.stack(states) : tf.zeros([0, ...h0.shape]);
  });
}

/** The final state of each sequence [B, H]: `gruStates` without the states before it. */
export function gruFinal(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): tf.Tensor {
  checkSequences(x, h0, weights, lengths);
  return fusedGru(x, h0, weights, lengths, false) ??
    tf.tidy(() => (composedStates(x, h0, weights, lengths).at(-1) ?? h0).clone());
}

/**
 * One step of B sequences, as decoding takes them.
 *
 * @param x [B, E]
 * @param h [B, H]
 * @returns [B, H]
 * @throws {RangeError} If a shape does not fit.
 */
export function gruStep(x: tf.Tensor, h: tf.Tensor, weights: GruWeights): tf.Tensor {
  const [B, H] = h.shape, E = x.shape[1]!;
  checkTensors("take a GRU step", [["h", h, [B, H]], ["x", x, [B, E]], ...expectedWeights(weights, E, H)]);
  return tf.tidy(() => gruFinal(tf.reshape(x, [1, B, E]), h, weights, new Int32Array(B).fill(1)));
}

/** Undefined if the backend's memory is not at hand. */
function fusedGru(
  x: tf.Tensor,
  h0: tf.Tensor,
  { W, U, b, c }: GruWeights,
  lengths: Int32Array,
  all: boolean,
): tf.Tensor | undefined {
  const backend = wasmBackend();
  if (!backend) return undefined;
  const pack = packing(lengths);
  const op = tf.customGrad((...args) => {
    const [x, h0, W, U, b, c, save] = args as unknown as [
      ...[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor],
      tf.GradSaveFunc,
    ];
    const { value, gates, q, before } = fusedForward(backend, x, h0, { W, U, b, c }, pack, all);
    save([x, W, U, gates, q, before]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [x, W, U, gates, q, before] = saved as tf.Tensor[];
        return fusedBackward(backend, dy as tf.Tensor, x, { W, U }, { gates, q, before }, pack);
      },
    };
  });
  return op(x, h0, W, U, b, c);
}
