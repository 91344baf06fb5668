/** Per-task gradients to test with, and the plain vector arithmetic that the Gram matrix stands for. */
import type { Balancer } from "../../lib/balance/balancer.ts";
import { createRandom } from "../../lib/random/mod.ts";

/** Rows g_i [K][n]. */
export type Rows = Float64Array[];

/** J of the reference values; its Gram matrix is [[18, -22], [-22, 38]]. */
export const referenceRows: Rows = [Float64Array.of(-4, 1, 1), Float64Array.of(6, 1, 1)];
export const referenceGram = Float64Array.of(18, -22, -22, 38);

/** K normal rows of length n; a shift makes them agree, so that 0 is outside their hull. */
export function normalRows(seed: number | string, K: number, n: number, shift = 0): Rows {
  const random = createRandom(seed);
  return Array.from({ length: K }, () => Float64Array.from({ length: n }, () => random.normal() + shift));
}

export function scaleRows(rows: Rows, scale: (i: number) => number): Rows {
  return rows.map((row, i) => row.map((x) => x * scale(i)));
}

/** The matrices that every method must survive, by name. */
export const families: Readonly<Record<string, (seed: number) => Rows>> = {
  "no gradient at all": () => scaleRows(normalRows(1, 3, 4), () => 0),
  "one task without a gradient": (seed) => scaleRows(normalRows(seed, 4, 8), (i) => i === 2 ? 0 : 1),
  "one task": (seed) => normalRows(seed, 1, 8),
  "two tasks": (seed) => normalRows(seed, 2, 8),
  "four tasks": (seed) => normalRows(seed, 4, 32),
  "four tasks that agree": (seed) => normalRows(seed, 4, 32, 1),
  "64 tasks": (seed) => normalRows(seed, 64, 128),
  "64 tasks that agree": (seed) => normalRows(seed, 64, 96, 0.3),
  "64 tasks of rank 5": (seed) => normalRows(seed, 64, 5),
  "64 tasks of rank 5 that agree": (seed) => normalRows(seed, 64, 5, 2),
  "ten tasks of rank 3 that agree": (seed) => normalRows(seed, 10, 3, 1),
  "duplicated rows": (seed) => [...normalRows(seed, 4, 8, 1), ...normalRows(seed, 4, 8, 1)],
  "nearly duplicated rows": (seed) => {
    const rows = normalRows(seed, 4, 8, 1);
    return rows.flatMap((row, i) => [row, row.map((x, k) => x * (1 + 10 ** (-3 - 3 * i) * Math.sin(k)))]);
  },
  "opposite rows": (seed) => {
    const rows = normalRows(seed, 3, 8);
    return [...rows, ...scaleRows(rows, () => -1)];
  },
  "proportional rows": (seed) => {
    const [row] = normalRows(seed, 1, 8);
    return scaleRows([row, row, row], (i) => 10 ** i);
  },
  "row scales of 1e-3 to 1e3": (seed) => scaleRows(normalRows(seed, 7, 16), (i) => 10 ** (i - 3)),
};

/** G = J J^T */
export function gramOf(rows: Rows): Float64Array {
  return Float64Array.from(rows.flatMap((a) => rows.map((b) => inner(a, b))));
}

export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(inner(a, a));
}

/** sum_i w_i g_i */
export function combination(w: ArrayLike<number>, rows: Rows): Float64Array {
  const d = new Float64Array(rows[0].length);
  rows.forEach((row, i) => row.forEach((x, k) => d[k] += w[i] * x));
  return d;
}

/** One step of any balancer: the direction, whether it weighs or combines. Losses are 1, 2, 3, ... */
export function directionOf(
  balancer: Balancer,
  rows: Rows,
  step = 0,
  order?: readonly number[],
): Float64Array {
  const losses = Float64Array.from(rows, (_, i) => 1 + (order ? order[i] : i));
  if (balancer.needs === "gradients") {
    const gradients = rows.map((row) => Float32Array.from(row));
    return Float64Array.from(balancer.combine!({ losses, gradients, step }));
  }
  return combination(balancer.weigh!({ losses, gram: gramOf(rows), step }), rows);
}

/** Weights of a balancer for a Gram matrix; losses are 1 unless given. */
export function weightsOf(balancer: Balancer, gram: Float64Array, losses?: readonly number[]): Float64Array {
  const K = Math.sqrt(gram.length);
  return balancer.weigh!({ losses: Float64Array.from(losses ?? new Array(K).fill(1)), gram, step: 0 });
}
