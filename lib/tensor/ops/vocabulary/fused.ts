/** Words from states in the memory of the WASM backend: a chunk of logits at a time, and few passes over it. */
import * as tf from "@tensorflow/tfjs-core";
import { FLOAT_BYTES, type WasmBackend } from "../../backends/wasm_heap.ts";
import { elementAt, HeapArrays } from "../../heap_arrays.ts";
import { type Kernels, kernelsOf } from "../../simd/kernels.ts";
import type { LossWithGradients } from "./composed.ts";
import type { WeightedWords } from "./weighted_words.ts";

/**
 * Logits that are made at a time. A product packs W anew for every chunk, so chunks should have many rows; of more than
 * these nothing is gained. Measured with H = 300 and V = 20,000; see bench/README.md.
 */
const CHUNK = Number(Deno.env.get("CH") ?? 1 << 24);

/** Elements that are summed in float32; sums of sums are in float64. */
const BLOCK = 2048;

export function fusedCrossEntropy(
  backend: WasmBackend,
  h: tf.Tensor2D,
  W: tf.Tensor2D,
  b: tf.Tensor1D,
  { rows, labels, weights }: WeightedWords,
  withGradient: boolean,
): LossWithGradients {
  const [N, H] = h.shape, V = b.shape[0], kernels = kernelsOf(backend);
  using arrays = new HeapArrays(backend);
  const gradients = withGradient ? [h, W, b].map(({ shape }) => arrays.tensor(shape)) : [];
  const chunk = Math.max(1, Math.min(rows.length, Math.floor(CHUNK / V)));
  const z = arrays.scratch(chunk * V), some = arrays.scratch(chunk * H);
  const [atH, atW, atB] = [h, W, b].map((tensor) => arrays.address(tensor));
  const [dh, dW, db] = gradients.map((tensor) => arrays.address(tensor));
  if (withGradient) {
    arrays.view(db, V).fill(0);
    if (rows.length < N) arrays.view(dh, N * H).fill(0);
    if (rows.length === 0) arrays.view(dW, H * V).fill(0);
  }
  let loss = 0;
  for (let start = 0; start < rows.length; start += chunk) {
    const end = Math.min(start + chunk, rows.length), m = end - start;
    // Rows without a gap are used where they lie.
    const whole = rows[end - 1] - rows[start] === m - 1, first = elementAt(0, rows[start] * H);
    const states = whole ? atH + first : some;
    if (!whole) copyRows(arrays.view(), atH, rows.subarray(start, end), some, H);
    arrays.multiply({ m, n: V, k: H, a: states, b: atW, c: z });
    const view = arrays.view();
    for (let i = 0; i < m; i++) {
      const weight = weights[start + i],
        row = elementAt(z, i * V),
        chosen = row / FLOAT_BYTES + labels[start + i];
      const largest = kernels.addBias(row, atB, V * FLOAT_BYTES), logit = view[chosen];
      const total = expSum(kernels, row, largest, V);
      loss += weight * (largest + Math.log(total) - logit);
      if (!withGradient) continue;
      kernels.scaleInto(row, weight / total, db, V * FLOAT_BYTES);
      view[chosen] -= weight;
      view[db / FLOAT_BYTES + labels[start + i]] -= weight;
    }
    if (!withGradient) continue;
    arrays.multiply({ m: H, n: V, k: m, a: states, transposeA: true, b: z, c: dW, accumulate: start > 0 });
    arrays.multiply({ m, n: H, k: V, a: z, b: atW, transposeB: true, c: whole ? dh + first : some });
    if (!whole) spreadRows(arrays.view(), some, rows.subarray(start, end), dh, H);
  }
  return { loss: tf.scalar(loss), gradients };
}

/** sum_v e^(z_v - shift), with z overwritten by the terms. */
function expSum(kernels: Kernels, z: number, shift: number, V: number): number {
  let total = 0;
  for (let v = 0; v < V; v += BLOCK) {
    total += kernels.expSum(elementAt(z, v), shift, Math.min(BLOCK, V - v) * FLOAT_BYTES);
  }
  return total;
}

/** Copies some rows of `from` to the first ones of `to`. */
function copyRows(view: Float32Array, from: number, rows: Int32Array, to: number, width: number): void {
  rows.forEach((row, i) => {
    const at = from / FLOAT_BYTES + row * width;
    view.copyWithin(to / FLOAT_BYTES + i * width, at, at + width);
  });
}

/** Copies the first rows of `from` to some of `to`. */
function spreadRows(view: Float32Array, from: number, rows: Int32Array, to: number, width: number): void {
  rows.forEach((row, i) => {
    const at = from / FLOAT_BYTES + i * width;
    view.copyWithin(to / FLOAT_BYTES + row * width, at, at + width);
  });
}
