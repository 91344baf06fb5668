/** `wasm`: TensorFlow.js' WASM backend, with transposed factors of products transposed beforehand. */
import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { type ProductShape, productShape } from "./product_shape.ts";
import {
  floatsAt,
  type HeapProduct,
  heapView,
  type MatMulArguments,
  replaceKernel,
  type WasmBackend,
} from "./wasm_heap.ts";

let ownBatchMatMul: ((args: MatMulArguments) => tf.TensorInfo) | undefined;

/** Starts the WASM backend. Its threads need a browser's workers, so it has one under Deno. */
export async function startWasm(): Promise<void> {
  setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  if (ownBatchMatMul) return;
  ownBatchMatMul = tf.getKernel("BatchMatMul", "wasm").kernelFunc as unknown as typeof ownBatchMatMul;
  shareIdentities();
}

/**
 * The backend's own Identity copies memory, and every tensor that is saved for the backward pass goes through it.
 * Tensors do not change, so the same memory, counted once more, does as well; Reshape shares it in the same way.
 */
function shareIdentities(): void {
  replaceKernel(
    "Identity",
    ({ inputs: { x }, backend }: { inputs: { x: tf.TensorInfo }; backend: WasmBackend }) => {
      backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  );
}

/**
 * The backend's own product is fast for two plain matrices. For batches of them, or a transposed factor, it falls
 * into a naive loop (4,358 ms instead of about 300 for a training step). So factors are transposed first, and batches
 * are multiplied one by one.
 */
export function registerWasmProducts(): void {
  replaceKernel("BatchMatMul", ({ inputs, backend, attrs: { transposeA, transposeB } }: MatMulArguments) => {
    const plan = productShape(inputs.a, inputs.b, transposeA, transposeB);
    const a = transposeA ? transposed(inputs.a, backend) : inputs.a;
    const b = transposeB ? transposed(inputs.b, backend) : inputs.b;
    try {
      return product(a, b, plan, backend);
    } finally {
      if (a !== inputs.a) backend.disposeData(a.dataId);
      if (b !== inputs.b) backend.disposeData(b.dataId);
    }
  });
}

function product(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  plan: ProductShape,
  backend: WasmBackend,
): tf.TensorInfo {
  const { m, k, n, shape, batches, oneRight } = plan;
  if (batches * m * n * k === 0) {
    const out = backend.makeOutput(shape, "float32");
    heapView(backend, out).fill(0);
    return out;
  }
  // One right factor for all: the batches are just more rows.
  if (oneRight) {
    return { ...matrixProduct({ ...a, shape: [batches * m, k] }, { ...b, shape: [k, n] }, backend), shape };
  }
  const out = backend.makeOutput(shape, "float32");
  for (let i = 0; i < batches; i++) {
    const left = matrixOf(a, plan.matrixOfA(i), backend), right = matrixOf(b, plan.matrixOfB(i), backend);
    const one = matrixProduct(left, right, backend);
    heapView(backend, out).set(heapView(backend, one), i * m * n);
    for (const { dataId } of [left, right, one]) backend.disposeData(dataId);
  }
  return out;
}

function matrixProduct(a: tf.TensorInfo, b: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  return ownBatchMatMul!({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } });
}

/** A copy of one matrix of a batch. */
function matrixOf(batch: tf.TensorInfo, index: number, backend: WasmBackend): tf.TensorInfo {
  const shape = batch.shape.slice(-2), size = tf.util.sizeFromShape(shape);
  const matrix = backend.makeOutput(shape, "float32");
  heapView(backend, matrix).set(heapView(backend, batch).subarray(index * size, (index + 1) * size));
  return matrix;
}

/** Tiles of this side fit the first-level cache twice, read by rows and written by columns. */
const TILE = 32;

function transposed(tensor: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  const [rows, columns] = tensor.shape.slice(-2);
  const out = backend.makeOutput([...tensor.shape.slice(0, -2), columns, rows], "float32");
  const from = heapView(backend, tensor), to = heapView(backend, out);
  for (let start = 0; start < from.length; start += rows * columns) {
    transposeInto(from, to, start, rows, columns);
  }
  return out;
}

/** Writes the transpose of the matrix [rows, columns] that begins at `start` to the same place of `to`. */
function transposeInto(
  from: Float32Array,
  to: Float32Array,
  start: number,
  rows: number,
  columns: number,
): void {
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

/** A product in linear memory by the backend's own kernel, which takes tensors that are not transposed. */
export function multiplyByWasm(backend: WasmBackend, product: HeapProduct): void {
  const { m, n, k, a, b, c, transposeA, transposeB, accumulate } = product;
  const left = tensorOf(backend, a, m, k, transposeA), right = tensorOf(backend, b, k, n, transposeB);
  const out = matrixProduct(left, right, backend);
  const from = heapView(backend, out), to = floatsAt(backend, c, m * n);
  if (accumulate) { for (let i = 0; i < from.length; i++) to[i] += from[i]; }
  else to.set(from);
  for (const { dataId } of [left, right, out]) backend.disposeData(dataId);
}

/** A copy [rows, columns] of a matrix in memory, or of its transpose. */
function tensorOf(backend: WasmBackend, at: number, rows: number, columns: number, transpose = false) {
  const out = backend.makeOutput([rows, columns], "float32"), to = heapView(backend, out);
  const from = floatsAt(backend, at, rows * columns);
  if (transpose) transposeInto(from, to, 0, columns, rows);
  else to.set(from);
  return out;
}
