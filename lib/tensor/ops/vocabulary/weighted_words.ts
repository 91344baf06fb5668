import type * as tf from "@tensorflow/tfjs-core";
import { checkTensors } from "../check_tensors.ts";

/** The rows of states whose words count, with word and weight of each. */
export interface WeightedWords {
  /** [n], ascending. */
  readonly rows: Int32Array;
  /** [n] */
  readonly labels: Int32Array;
  /** [n], none 0. */
  readonly weights: Float32Array;
}

/**
 * Leaves out the rows of weight 0.
 *
 * @throws {RangeError} If there is not a label and a weight for each of N rows, a weight is not finite, or the label of
 *   a weighted row is no word of V.
 */
export function weightedWords(
  action: string,
  N: number,
  V: number,
  labels: Int32Array,
  weights: Float32Array,
): WeightedWords {
  for (const [name, { length }] of [["labels", labels], ["weights", weights]] as const) {
    if (length !== N) throw new RangeError(`Cannot ${action}: there are ${length} ${name}, expected ${N}`);
  }
  const rows = new Int32Array(N);
  let count = 0;
  for (let i = 0; i < N; i++) {
    if (weights[i] === 0) continue;
    if (!Number.isFinite(weights[i])) {
      throw new RangeError(
        `Cannot ${action}: the weight of row ${i} is ${weights[i]}, expected a finite one`,
      );
    }
    if (labels[i] < 0 || labels[i] >= V) {
      throw new RangeError(`Cannot ${action}: the label of row ${i} is ${labels[i]}, expected 0 to ${V - 1}`);
    }
    rows[count++] = i;
  }
  const chosen = rows.subarray(0, count);
  return {
    rows: chosen,
    labels: chosen.map((i) => labels[i]),
    weights: Float32Array.from(chosen, (i) => weights[i]),
  };
}

/** @throws {TypeError | RangeError} If states h [N, H], W [H, V] and b [V] do not fit each other. */
export function checkVocabulary(action: string, h: tf.Tensor, W: tf.Tensor, b: tf.Tensor): void {
  const [N, H] = h.shape, V = W.shape[1]!;
  checkTensors(action, [["h", h, [N, H]], ["W", W, [H, V]], ["b", b, [V]]]);
}
