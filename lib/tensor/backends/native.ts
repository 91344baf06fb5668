/** `native`: the WASM backend with its matrix products done, zero-copy, by the machine's BLAS. */
import type { Blas } from "./blas.ts";
import { type Multiply, registerBatchMatMul } from "./batch_matmul.ts";

/**
 * Hands the WASM backend's matrix products to `blas`.
 *
 * WASM linear memory is ordinary process memory, so the BLAS reads and writes the tensors where they lie. The base
 * address is taken anew for each call, since an allocation may have grown the heap and moved it.
 */
export function registerNativeProducts(blas: Blas): void {
  const multiply: Multiply = (backend, products) => {
    const heap = Deno.UnsafePointer.of(backend.wasm.HEAPU8 as Uint8Array<ArrayBuffer>)!;
    for (const { transposeA, transposeB, m, n, k, a, b, c } of products) {
      blas.sgemm(
        ...[transposeA, transposeB, m, n, k] as const,
        ...[Deno.UnsafePointer.offset(heap, a), transposeA ? m : k] as const,
        ...[Deno.UnsafePointer.offset(heap, b), transposeB ? k : n] as const,
        Deno.UnsafePointer.offset(heap, c),
      );
    }
  };
  registerBatchMatMul(multiply);
}
