import * as tf from "@tensorflow/tfjs-core";
import { multiplyByBlas } from "./backends/native.ts";
import { multiplyByWasm } from "./backends/wasm.ts";
import {
  addressOf,
  FLOAT_BYTES,
  floatsAt,
  type HeapProduct,
  type WasmBackend,
} from "./backends/wasm_heap.ts";
import { blasInUse } from "./blas_in_use.ts";

/** Float32 arrays in the memory of the WASM backend, for the time of one operation. */
export class HeapArrays {
  readonly #backend: WasmBackend;
  readonly #scratch: tf.TensorInfo[] = [];

  constructor(backend: WasmBackend) {
    this.#backend = backend;
  }

  /** The address of a tensor's elements. */
  address(tensor: tf.TensorInfo): number {
    return addressOf(this.#backend, tensor);
  }

  /** The address of a new array that goes with this object; what it holds is undefined. */
  scratch(length: number): number {
    const array = this.#backend.makeOutput([length], "float32");
    this.#scratch.push(array);
    return this.address(array);
  }

  /** A new tensor; what it holds is undefined. */
  tensor(shape: number[]): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.#backend.makeOutput(shape, "float32"));
  }

  /** All of the memory, and elements of it; valid until the next allocation. */
  view(address = 0, length?: number): Float32Array {
    return floatsAt(this.#backend, address, length);
  }

  /** C = op(A) op(B), or C + op(A) op(B). */
  multiply(product: HeapProduct): void {
    const { m, n, k, c, accumulate } = product;
    if (m * n * k === 0) return void (accumulate || this.view(c, m * n).fill(0));
    const blas = blasInUse();
    if (blas) multiplyByBlas(blas, this.#backend, product);
    else multiplyByWasm(this.#backend, product);
  }

  /** Copies `length` elements. */
  copy(from: number, to: number, length: number): void {
    this.view().copyWithin(to / FLOAT_BYTES, from / FLOAT_BYTES, from / FLOAT_BYTES + length);
  }

  /** Copies some rows of an array of rows to the first ones of another. */
  gatherRows(from: number, rows: Int32Array, to: number, width: number): void {
    const view = this.view();
    rows.forEach((row, i) => {
      const at = from / FLOAT_BYTES + row * width;
      view.copyWithin(to / FLOAT_BYTES + i * width, at, at + width);
    });
  }

  /** Copies the first rows of an array of rows to some of another. */
  spreadRows(from: number, rows: Int32Array, to: number, width: number): void {
    const view = this.view();
    rows.forEach((row, i) => {
      const at = from / FLOAT_BYTES + i * width;
      view.copyWithin(to / FLOAT_BYTES + row * width, at, at + width);
    });
  }

  [Symbol.dispose](): void {
    this.#scratch.forEach(({ dataId }) => this.#backend.disposeData(dataId, true));
  }
}

/** The address of element `index` of an array. */
export function elementAt(address: number, index: number): number {
  return address + index * FLOAT_BYTES;
}
