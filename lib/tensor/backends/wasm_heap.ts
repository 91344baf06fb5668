/** The part of TensorFlow.js' WASM backend that Equipoise reaches into: where a tensor lies in linear memory. */
import * as tf from "@tensorflow/tfjs-core";

export const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

export interface WasmBackend {
  readonly wasm: { readonly HEAPU8: Uint8Array; readonly asm: { readonly memory: WebAssembly.Memory } };
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
  return floatsAt(backend, addressOf(backend, tensor), tf.util.sizeFromShape(tensor.shape));
}

/** The address of a tensor's elements. */
export function addressOf(backend: WasmBackend, { dataId }: tf.TensorInfo): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}

/** Elements from an address on, all if no length is given; as short-lived as {@link heapView}. */
export function floatsAt(backend: WasmBackend, address: number, length?: number): Float32Array {
  return new Float32Array(backend.wasm.HEAPU8.buffer, address, length);
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

/**
 * C = op(A) op(B), or C + op(A) op(B), of dense row-major matrices at addresses of linear memory, in bytes: C is [m, n],
 * op(A) [m, k], op(B) [k, n].
 */
export interface HeapProduct {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Whether the product is added to what C holds. */
  readonly accumulate?: boolean;
}
