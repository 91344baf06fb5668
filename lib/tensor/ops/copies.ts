import * as tf from "@tensorflow/tfjs-core";
import { heapView, wasmBackend } from "../backends/wasm_heap.ts";
import { filledTensor } from "../filled_tensor.ts";

/**
 * M copies of a tensor, side by side: the cut of MultiBalance. One backward pass of the sum of all losses then
 * gives each task's own gradient in its copy.
 *
 * @param x [B, n]
 * @returns [M, B, n]
 */
export function copies(x: tf.Tensor, count: number): tf.Tensor3D {
  const backend = wasmBackend();
  if (!backend) return tf.tile(tf.expandDims(x, 0), [count, 1, 1]) as tf.Tensor3D;
  // Plain memory copies: the backend's Tile kernel takes ten times as long.
  return filledTensor([count, x.shape[0], x.shape[1]!], (to) => {
    const from = heapView(backend, x);
    for (let m = 0; m < count; m++) to.set(from, m * from.length);
  }) as tf.Tensor3D;
}
