import * as tf from "@tensorflow/tfjs-core";
import { heapView, wasmBackend } from "./backends/wasm_heap.ts";
import { blasInUse } from "./blas_in_use.ts";
import { hostValues } from "./host_values.ts";

/**
 * Changes a variable's elements: in place where the BLAS reads them from memory for every product and no other tensor
 * shares that memory, else in a copy that is then assigned. The WASM backend's own products keep a packed copy of a
 * factor for as long as its tensor lives, so they would not see a change in place.
 */
export async function updateVariable(
  variable: tf.Variable,
  change: (values: Float32Array) => void,
): Promise<void> {
  const backend = wasmBackend();
  if (backend && blasInUse() && backend.refCount(variable.dataId) === 1) {
    change(heapView(backend, variable));
    return;
  }
  const values = (await hostValues(variable)).slice();
  change(values);
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
