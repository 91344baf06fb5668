/** `native`: the WASM backend with its matrix products done, zero-copy, by the machine's BLAS. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Blas } from "./blas.ts";
import { productShape } from "./product_shape.ts";
import {
  addressOf,
  FLOAT_BYTES,
  type HeapProduct,
  type MatMulArguments,
  replaceKernel,
  type WasmBackend,
} from "./wasm_heap.ts";

/**
 * Hands the WASM backend's matrix products to `blas`.
 *
 * WASM linear memory is ordinary process memory, so the BLAS reads and writes the tensors where they lie. The base
 * address is taken after the output is allocated, since that may grow the heap and move it.
 */
export function registerNativeProducts(blas: Blas): void {
  replaceKernel("BatchMatMul", ({ inputs: { a, b }, backend, attrs }: MatMulArguments) => {
    const { transposeA, transposeB } = attrs;
    const { m, k, n, shape, batches, oneRight, matrixOfA, matrixOfB } = productShape(
      a,
      b,
      transposeA,
      transposeB,
    );
    const out = backend.makeOutput(shape, "float32");
    const at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
    if (batches * m * n * k === 0) {
      backend.wasm.HEAPU8.fill(0, at(out), at(out) + batches * m * n * FLOAT_BYTES);
      return out;
    }
    const heap = pointerTo(backend);
    const matrix = (tensor: tf.TensorInfo, index: number, size: number) =>
      at(tensor) + index * size * FLOAT_BYTES;
    const multiply = (rows: number, i: number) => {
      sgemm(blas, heap, {
        ...{ m: rows, n, k, transposeA, transposeB },
        a: matrix(a, matrixOfA(i), m * k),
        b: matrix(b, matrixOfB(i), k * n),
        c: matrix(out, i, m * n),
      });
    };
    // One right factor for all: the batches are just more rows.
    if (oneRight && !transposeA) multiply(batches * m, 0);
    else for (let i = 0; i < batches; i++) multiply(m, i);
    return out;
  });
}

/** A product in linear memory by the BLAS, where the matrices lie. */
export function multiplyByBlas(blas: Blas, backend: WasmBackend, product: HeapProduct): void {
  sgemm(blas, pointerTo(backend), product);
}

/** Where linear memory begins; valid until the next allocation. */
function pointerTo(backend: WasmBackend): Deno.PointerObject {
  return Deno.UnsafePointer.of(backend.wasm.HEAPU8 as Uint8Array<ArrayBuffer>)!;
}

function sgemm(blas: Blas, heap: Deno.PointerObject, product: HeapProduct): void {
  const { m, n, k, a, b, c, transposeA = false, transposeB = false, accumulate } = product;
  const [A, B, C] = [a, b, c].map((address) => Deno.UnsafePointer.offset(heap, address));
  const lda = transposeA ? m : k, ldb = transposeB ? k : n;
  blas.sgemm(transposeA, transposeB, m, n, k, A, lda, B, ldb, C, accumulate ? 1 : 0);
}
