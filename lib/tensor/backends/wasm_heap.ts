/** The part of TensorFlow.js' WASM backend that Equipoise reaches into: where a tensor lies in linear memory. */
import * as tf from "@tensorflow/tfjs-core";

export interface WasmBackend {
  readonly wasm: { readonly HEAPU8: Uint8Array };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: "float32"): tf.TensorInfo;
  incRef(dataId: object): void;
  /** How many tensors share the memory. */
  refCount(dataId: object): number;
  disposeData(dataId: object, force?: boolean): boolean;
}

/** The active backend if it keeps its tensors in WASM memory. */
export function wasmBackend(): WasmBackend | undefined {
  return tf.getBackend() === "wasm" ? tf.backend() as unknown as WasmBackend : undefined;
}

/** A tensor's elements, in place. Valid only until the next allocation, which may grow and move the heap. */
export function heapView(backend: WasmBackend, tensor: tf.TensorInfo): Float32Array {
  const { memoryOffset } = backend.dataIdMap.get(tensor.dataId);
  return new Float32Array(backend.wasm.HEAPU8.buffer, memoryOffset, tf.util.sizeFromShape(tensor.shape));
}

/** What TensorFlow.js hands to a BatchMatMul kernel. */
export interface MatMulArguments {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo };
  backend: WasmBackend;
  attrs: { transposeA: boolean; transposeB: boolean };
}

/** Puts `kernel` in the place of one of the WASM backend's own. */
export function replaceKernel<Arguments>(
  kernelName: string,
  kernel: (args: Arguments) => tf.TensorInfo,
): void {
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc: (args) => kernel(args as unknown as Arguments),
  });
}
