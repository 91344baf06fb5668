/** A BatchMatMul kernel for the WASM backend: shapes, broadcasting and empty matrices; the products are a strategy. */
import * as tf from "@tensorflow/tfjs-core";
import type { WasmBackend } from "./wasm_heap.ts";

/** One product C = op(A) op(B) of row-major matrices that start at these byte offsets in the heap. */
export interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export type Multiply = (backend: WasmBackend, products: readonly Product[]) => void;

interface KernelArguments {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo };
  backend: WasmBackend;
  attrs: { transposeA: boolean; transposeB: boolean };
}

const FLOAT_BYTES = 4;

/** Replaces the backend's BatchMatMul by one that computes its products with `multiply`. */
export function registerBatchMatMul(multiply: Multiply): void {
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    kernelName: "BatchMatMul",
    backendName: "wasm",
    kernelFunc: (args) => batchMatMul(args as unknown as KernelArguments, multiply),
  });
}

function batchMatMul(
  { inputs: { a, b }, backend, attrs }: KernelArguments,
  multiply: Multiply,
): tf.TensorInfo {
  const { transposeA, transposeB } = attrs;
  if (a.dtype !== "float32" || b.dtype !== "float32") {
    throw new TypeError(
      `Cannot multiply matrices: their types are ${a.dtype} and ${b.dtype}, expected float32`,
    );
  }
  const [aRows, aColumns] = a.shape.slice(-2), [bRows, bColumns] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [bk, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (k !== bk) {
    throw new RangeError(
      `Cannot multiply matrices: their shapes are [${a.shape}]${transposeA ? " transposed" : ""} and ` +
        `[${b.shape}]${transposeB ? " transposed" : ""}, expected equal inner dimensions`,
    );
  }
  const leadA = a.shape.slice(0, -2), leadB = b.shape.slice(0, -2);
  const lead = tf.broadcast_util.assertAndGetBroadcastShape(leadA, leadB);
  const out = backend.makeOutput([...lead, m, n], "float32");
  const at = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const batches = tf.util.sizeFromShape(lead);
  if (batches * m * n === 0) return out;
  if (k === 0) {
    backend.wasm.HEAPU8.fill(0, at(out), at(out) + batches * m * n * FLOAT_BYTES);
    return out;
  }
  // One right factor for all: the batches are just more rows.
  if (tf.util.sizeFromShape(leadB) === 1 && !transposeA) {
    multiply(backend, [{ transposeA, transposeB, m: batches * m, n, k, a: at(a), b: at(b), c: at(out) }]);
    return out;
  }
  const indexA = broadcastIndex(leadA, lead), indexB = broadcastIndex(leadB, lead);
  multiply(
    backend,
    Array.from({ length: batches }, (_, i) => ({
      ...{ transposeA, transposeB, m, n, k },
      a: at(a) + indexA(i) * m * k * FLOAT_BYTES,
      b: at(b) + indexB(i) * k * n * FLOAT_BYTES,
      c: at(out) + i * m * n * FLOAT_BYTES,
    })),
  );
  return out;
}

/** Maps the flat index of a broadcast batch to the flat index in a tensor of leading shape `from`. */
function broadcastIndex(from: readonly number[], to: readonly number[]): (index: number) => number {
  if (tf.util.arraysEqual([...from], [...to])) return (index) => index;
  const padded = [...Array(to.length - from.length).fill(1), ...from];
  return (index) => {
    let flat = 0, stride = 1;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      if (padded[axis] > 1) flat += (index % to[axis]) * stride;
      stride *= padded[axis];
      index = Math.floor(index / to[axis]);
    }
    return flat;
  };
}
