import * as tf from "@tensorflow/tfjs-core";
import { heapView, wasmBackend } from "../backends/wasm_heap.ts";

/**
 * M copies of a tensor, side by side: the cut of MultiBalance. One backward pass of the sum of all losses then
 * gives each task's own gradient in its copy.
 *
 * @param x [B, n]
 * @returns [M, B, n]
 */
export function copies(x: tf.Tensor, count: number): tf.Tensor3D {
  const shape = [count, x.shape[0], x.shape[1]!] as [number, number, number];
  const backend = wasmBackend();
  if (!backend) return tf.tile(tf.expandDims(x, 0), [count, 1, 1]) as tf.Tensor3D;
  // Plain memory copies: the backend's Tile kernel takes ten times as long.
  const out = backend.makeOutput(shape, "float32");
  const from = heapView(backend, x), to = heapView(backend, out);
  for (let m = 0; m < count; m++) to.set(from, m * from.length);
  return tf.engine().makeTensorFromTensorInfo(out) as tf.Tensor3D;
}
