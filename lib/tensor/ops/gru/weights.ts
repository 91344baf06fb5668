import type * as tf from "@tensorflow/tfjs-core";
import { checkTensors } from "../check_tensors.ts";

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

/** @throws {RangeError} If a shape or a length does not fit. */
export function checkSequences(x: tf.Tensor, h0: tf.Tensor, weights: GruWeights, lengths: Int32Array): void {
  const [L, B, E] = x.shape, H = h0.shape[1]!;
  checkTensors("run a GRU", [["x", x, [L, B, E]], ["h0", h0, [B, H]], ...expectedWeights(weights, E, H)]);
  if (lengths.length !== B) {
    throw new RangeError(`Cannot run a GRU: there are ${lengths.length} lengths, expected ${B}`);
  }
  const wrong = lengths.findIndex((length) => length < 0 || length > L);
  if (wrong >= 0) {
    throw new RangeError(`Cannot run a GRU: length ${wrong} is ${lengths[wrong]}, expected 0 to ${L}`);
  }
}

export function expectedWeights({ W, U, b, c }: GruWeights, E: number, H: number) {
  return [["W", W, [E, 3 * H]], ["U", U, [H, 3 * H]], ["b", b, [3 * H]], ["c", c, [3 * H]]] as const;
}
