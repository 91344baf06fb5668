/** GRU layers in the memory of the WASM backend: few large products, and one pass over the gates of each step. */
import type * as tf from "@tensorflow/tfjs-core";
import { FLOAT_BYTES, type WasmBackend } from "../../backends/wasm_heap.ts";
import { elementAt, HeapArrays } from "../../heap_arrays.ts";
import { kernelsOf } from "../../simd/kernels.ts";
import type { Packing } from "./packing.ts";
import type { GruWeights } from "./weights.ts";

/** What the backward pass needs of the forward pass. */
export interface GruTrace {
  /** r, z and n, packed. [P, 3H] */
  readonly gates: tf.Tensor;
  /** U_n h + c_n, packed. [P, H] */
  readonly q: tf.Tensor;
  /** The state before each step, packed. [P, H] */
  readonly before: tf.Tensor;
}

/**
 * @param all Whether to return all states [L, B, H] or the final ones [B, H].
 */
export function fusedForward(
  backend: WasmBackend,
  x: tf.Tensor,
  h0: tf.Tensor,
  weights: GruWeights,
  pack: Packing,
  all: boolean,
): GruTrace & { value: tf.Tensor } {
  const [L, B, E] = x.shape, H = h0.shape[1]!;
  const { steps, order, running, starts, rows } = pack, P = rows.length, kernels = kernelsOf(backend);
  using arrays = new HeapArrays(backend);
  const value = arrays.tensor(all ? [L, B, H] : [B, H]);
  const [gates, q, before] = [3 * H, H, H].map((width) => arrays.tensor([P, width]));
  const bias = sumOfBiases(arrays, weights, H), recurrent = arrays.scratch(B * 3 * H);
  const final = all ? arrays.scratch(B * H) : arrays.address(value);
  const inputs = packedInputs(arrays, x, pack);
  const [atGates, atQ, atBefore, atH0, atValue] = [gates, q, before, h0, value].map((tensor) =>
    arrays.address(tensor)
  );
  const [W, U] = [weights.W, weights.U].map((tensor) => arrays.address(tensor));

  arrays.multiply({ m: P, n: 3 * H, k: E, a: inputs, b: W, c: atGates });
  for (let place = 0; place < B; place++) {
    const to = place < running[0] ? elementAt(atBefore, place * H) : elementAt(final, order[place] * H);
    arrays.copy(elementAt(atH0, order[place] * H), to, H);
  }
  const bytes = H * FLOAT_BYTES, wide = 3 * bytes;
  for (let t = 0; t < steps; t++) {
    const h = elementAt(atBefore, starts[t] * H), next = elementAt(atBefore, starts[t + 1] * H);
    arrays.multiply({ m: running[t], n: 3 * H, k: H, a: h, b: U, c: recurrent });
    for (let place = 0; place < running[t]; place++) {
      const row = starts[t] + place, gate = atGates + row * wide, u = recurrent + place * wide;
      const out = place < running[t + 1] ? next + place * bytes : elementAt(final, order[place] * H);
      kernels.gruForward(
        ...[gate, gate + bytes, gate + 2 * bytes, atQ + row * bytes, u, u + bytes, u + 2 * bytes],
        ...[bias, bias + bytes, bias + 2 * bytes, bias + 3 * bytes, h + place * bytes, out, bytes],
      );
    }
    if (!all) continue;
    const states = elementAt(atValue, t * B * H);
    for (let place = 0; place < B; place++) {
      const b = order[place];
      const from = place < running[t + 1] ? next + place * bytes : elementAt(final, b * H);
      arrays.copy(from, elementAt(states, b * H), H);
    }
  }
  if (all) {
    for (let t = steps; t < L; t++) arrays.copy(final, elementAt(atValue, t * B * H), B * H);
  }
  return { value, gates, q, before };
}

/** The gradients by x, h0, W, U, b and c. */
export function fusedBackward(
  backend: WasmBackend,
  dy: tf.Tensor,
  x: tf.Tensor,
  { W, U }: Pick<GruWeights, "W" | "U">,
  { gates, q, before }: GruTrace,
  pack: Packing,
): tf.Tensor[] {
  const [L, B, E] = x.shape, H = U.shape[0], all = dy.rank === 3;
  const { steps, order, running, starts, rows, dense } = pack, P = rows.length, kernels = kernelsOf(backend);
  using arrays = new HeapArrays(backend);
  const gradients = [x.shape, [B, H], W.shape, U.shape, [3 * H], [3 * H]].map((shape) =>
    arrays.tensor(shape)
  );
  const [dx, dh0, dW, dU, db, dc] = gradients.map((tensor) => arrays.address(tensor));
  const dInput = arrays.scratch(P * 3 * H), dRecurrent = arrays.scratch(P * 3 * H), d = arrays.scratch(B * H);
  const dxPacked = dense ? dx : arrays.scratch(P * E), inputs = packedInputs(arrays, x, pack);
  const [atDy, atW, atU, atGates, atQ, atBefore] = [dy, W, U, gates, q, before].map((tensor) =>
    arrays.address(tensor)
  );
  const bytes = H * FLOAT_BYTES, wide = 3 * bytes;

  arrays.view(d, B * H).fill(0);
  const addCotangent = (from: number) => {
    for (let place = 0; place < B; place++) {
      kernels.addInto(d + place * bytes, elementAt(from, order[place] * H), bytes);
    }
  };
  if (!all) addCotangent(atDy);
  // After its length a sequence's state is its last one: what comes back to those goes to it.
  for (let t = L - 1; t >= 0; t--) {
    if (all) addCotangent(elementAt(atDy, t * B * H));
    if (t >= steps) continue;
    for (let place = 0; place < running[t]; place++) {
      const row = starts[t] + place, gate = atGates + row * wide, narrow = row * bytes;
      const input = dInput + row * wide, recurrent = dRecurrent + row * wide;
      kernels.gruBackward(
        ...[gate, gate + bytes, gate + 2 * bytes, atQ + narrow, atBefore + narrow, d + place * bytes],
        ...[input, input + bytes, input + 2 * bytes],
        ...[recurrent, recurrent + bytes, recurrent + 2 * bytes, bytes],
      );
    }
    const recurrent = dRecurrent + starts[t] * wide;
    arrays.multiply({
      ...{ m: running[t], n: H, k: 3 * H, a: recurrent, b: atU, c: d },
      ...{ transposeB: true, accumulate: true },
    });
  }
  arrays.spreadRows(d, order, dh0, H);
  arrays.multiply({ m: P, n: E, k: 3 * H, a: dInput, b: atW, transposeB: true, c: dxPacked });
  if (dense) arrays.view(elementAt(dx, P * E), (L * B - P) * E).fill(0);
  else {
    arrays.view(dx, L * B * E).fill(0);
    arrays.spreadRows(dxPacked, rows, dx, E);
  }
  arrays.multiply({ m: E, n: 3 * H, k: P, a: inputs, transposeA: true, b: dInput, c: dW });
  arrays.multiply({ m: H, n: 3 * H, k: P, a: atBefore, transposeA: true, b: dRecurrent, c: dU });
  for (const [slopes, sum] of [[dInput, db], [dRecurrent, dc]]) {
    arrays.view(sum, 3 * H).fill(0);
    for (let row = 0; row < P; row++) kernels.addInto(sum, slopes + row * wide, wide);
  }
  return gradients;
}

/** b + c for r and z, b for n, c for n. [4H] */
function sumOfBiases(arrays: HeapArrays, { b, c }: GruWeights, H: number): number {
  const at = arrays.scratch(4 * H), sums = arrays.view(at, 4 * H);
  const biasW = arrays.view(arrays.address(b), 3 * H), biasU = arrays.view(arrays.address(c), 3 * H);
  for (let i = 0; i < 2 * H; i++) sums[i] = biasW[i] + biasU[i];
  sums.set(biasW.subarray(2 * H), 2 * H);
  sums.set(biasU.subarray(2 * H), 3 * H);
  return at;
}

/** The rows of x, packed. [P, E] */
function packedInputs(arrays: HeapArrays, x: tf.Tensor, { rows, dense }: Packing): number {
  if (dense) return arrays.address(x);
  const E = x.shape[2]!, packed = arrays.scratch(rows.length * E);
  arrays.gatherRows(arrays.address(x), rows, packed, E);
  return packed;
}
