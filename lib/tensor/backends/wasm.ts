/** `wasm`: TensorFlow.js' WASM backend, with transposed factors of products transposed beforehand. */
import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { heapView, type WasmBackend } from "./wasm_heap.ts";

interface KernelArguments {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo };
  backend: WasmBackend;
  attrs: { transposeA: boolean; transposeB: boolean };
}
type Kernel = (args: KernelArguments) => tf.TensorInfo;

let ownBatchMatMul: Kernel | undefined;

/** Starts the WASM backend. Its threads need a browser's workers, so it has one under Deno. */
export async function startWasm(): Promise<void> {
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  if (ownBatchMatMul) return;
  ownBatchMatMul = tf.getKernel("BatchMatMul", "wasm").kernelFunc as unknown as Kernel;
  shareIdentities();
}

/**
 * The backend's own Identity copies memory, and every tensor that is saved for the backward pass goes through it.
 * Tensors do not change, so the same memory, counted once more, does as well; Reshape shares it in the same way.
 */
function shareIdentities(): void {
  tf.unregisterKernel("Identity", "wasm");
  tf.registerKernel({
    kernelName: "Identity",
    backendName: "wasm",
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs.x as tf.TensorInfo;
      (backend as WasmBackend).incRef(dataId);
      return { dataId, shape, dtype };
    },
  });
}

/**
 * The backend's own product takes a naive loop when a factor is transposed (4,358 ms instead of about 300 for a
 * training step), so the factors are transposed first.
 */
export function registerWasmProducts(): void {
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    kernelName: "BatchMatMul",
    backendName: "wasm",
    kernelFunc: (args) => {
      const { inputs, backend, attrs } = args as unknown as KernelArguments;
      const a = attrs.transposeA ? transposed(inputs.a, backend) : inputs.a;
      const b = attrs.transposeB ? transposed(inputs.b, backend) : inputs.b;
      try {
        return product(a, b, backend);
      } finally {
        if (a !== inputs.a) backend.disposeData(a.dataId);
        if (b !== inputs.b) backend.disposeData(b.dataId);
      }
    },
  });
}

function product(a: tf.TensorInfo, b: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  const size = (tensor: tf.TensorInfo) => tf.util.sizeFromShape(tensor.shape);
  if (size(a) === 0 || size(b) === 0) {
    const lead = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const out = backend.makeOutput([...lead, a.shape.at(-2)!, b.shape.at(-1)!], "float32");
    heapView(backend, out).fill(0);
    return out;
  }
  return ownBatchMatMul!({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } });
}

/** Tiles of this side fit the first-level cache twice, read by rows and written by columns. */
const TILE = 32;

function transposed(tensor: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  const [rows, columns] = tensor.shape.slice(-2);
  const out = backend.makeOutput([...tensor.shape.slice(0, -2), columns, rows], "float32");
  const from = heapView(backend, tensor), to = heapView(backend, out);
  for (let start = 0; start < from.length; start += rows * columns) {
    for (let r0 = 0; r0 < rows; r0 += TILE) {
      const r1 = Math.min(r0 + TILE, rows);
      for (let c0 = 0; c0 < columns; c0 += TILE) {
        const c1 = Math.min(c0 + TILE, columns);
        for (let c = c0; c < c1; c++) {
          for (let r = r0; r < r1; r++) to[start + c * rows + r] = from[start + r * columns + c];
        }
      }
    }
  }
  return out;
}
