import * as tf from "@tensorflow/tfjs-core";
import { heapView, wasmBackend } from "./backends/wasm_heap.ts";

/**
 * A float32 tensor whose elements `fill` writes, where they will lie if the backend keeps them in this process.
 *
 * @param fill Must write every element: what the array holds before is undefined.
 */
export function filledTensor(shape: number[], fill: (values: Float32Array) => void): tf.Tensor {
  const backend = wasmBackend();
  if (!backend) {
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    fill(values);
    return tf.tensor(values, shape);
  }
  const out = backend.makeOutput(shape, "float32");
  try {
    fill(heapView(backend, out));
  } catch (error) {
    backend.disposeData(out.dataId, true);
    throw error;
  }
  return tf.engine().makeTensorFromTensorInfo(out);
}
