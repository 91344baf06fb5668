import type * as tf from "@tensorflow/tfjs-core";
import { heapView, wasmBackend } from "./backends/wasm_heap.ts";

/**
 * A float32 tensor's elements, without a copy where the backend keeps them in this process' memory.
 *
 * Read it at once and do not write to it: a later allocation may move what it shows.
 */
export function hostValues(tensor: tf.Tensor): Float32Array | Promise<Float32Array> {
  const backend = wasmBackend();
  return backend ? heapView(backend, tensor) : tensor.data() as Promise<Float32Array>;
}
