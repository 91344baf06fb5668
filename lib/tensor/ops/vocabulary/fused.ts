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
const CHUNK = 1 << 24;

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
  const chunk = Math.min(rows.length, chunkRows(V));
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
    if (!whole) arrays.gatherRows(atH, rows.subarray(start, end), some, H);
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
    if (!whole) arrays.spreadRows(some, rows.subarray(start, end), dh, H);
  }
  return { loss: tf.scalar(loss), gradients };
}

/** The likeliest word of each state. [N] */
export function fusedArgmax(backend: WasmBackend, h: tf.Tensor, W: tf.Tensor, b: tf.Tensor): Int32Array {
  const words = new Int32Array(h.shape[0]);
  forEachRow(backend, h, W, b, (i, logits, largest) => {
    words[i] = logits.indexOf(largest);
    if (words[i] < 0) {
      throw new RangeError(`Cannot choose a word: the logits of row ${i} are NaN, expected numbers`);
    }
  });
  return words;
}

/** log softmax(h W + b). [N, V] */
export function fusedLogProbabilities(
  backend: WasmBackend,
  h: tf.Tensor,
  W: tf.Tensor,
  b: tf.Tensor,
): Float32Array {
  const V = b.shape[0], kernels = kernelsOf(backend), all = new Float32Array(h.shape[0] * V);
  forEachRow(backend, h, W, b, (i, logits, largest, address) => {
    const row = all.subarray(i * V, (i + 1) * V);
    row.set(logits);
    const shift = largest + Math.log(expSum(kernels, address, largest, V));
    for (let v = 0; v < V; v++) row[v] -= shift;
  });
  return all;
}

/** Calls `use` with the logits of each row, their largest, and where they lie. */
function forEachRow(
  backend: WasmBackend,
  h: tf.Tensor,
  W: tf.Tensor,
  b: tf.Tensor,
  use: (i: number, logits: Float32Array, largest: number, address: number) => void,
): void {
  const [N, H] = h.shape, V = b.shape[0], chunk = Math.min(N, chunkRows(V)), { addBias } = kernelsOf(backend);
  using arrays = new HeapArrays(backend);
  const z = arrays.scratch(chunk * V), [atH, atW, atB] = [h, W, b].map((tensor) => arrays.address(tensor));
  for (let start = 0; start < N; start += chunk) {
    const m = Math.min(chunk, N - start);
    arrays.multiply({ m, n: V, k: H!, a: elementAt(atH, start * H!), b: atW, c: z });
    for (let i = 0; i < m; i++) {
      const address = elementAt(z, i * V), largest = addBias(address, atB, V * FLOAT_BYTES);
      use(start + i, arrays.view(address, V), largest, address);
    }
  }
}

function chunkRows(V: number): number {
  return Math.max(1, Math.floor(CHUNK / V));
}

/** sum_v e^(z_v - shift), with z overwritten by the terms. */
function expSum(kernels: Kernels, z: number, shift: number, V: number): number {
  let total = 0;
  for (let v = 0; v < V; v += BLOCK) {
    total += kernels.expSum(elementAt(z, v), shift, Math.min(BLOCK, V - v) * FLOAT_BYTES);
  }
  return total;
}
