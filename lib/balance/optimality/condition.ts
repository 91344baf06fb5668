/** One condition that a method's weights promise to meet, and by how much they miss it. */
export interface Optimality {
  /** What should hold, in the symbols of the method's docstring. */
  readonly condition: string;
  /** From 0 up, relative to the size of the terms compared: rounding leaves 1e-16 to 1e-12. */
  readonly residual: number;
}

/** The largest of some residuals; of 0/0, where there is nothing to compare, 0. */
export function worst(residuals: Iterable<number>): number {
  let most = 0;
  for (const residual of residuals) if (!(residual <= most)) most = Number.isNaN(residual) ? most : residual;
  return most;
}

/** `part` of `whole`, 0 of nothing. */
export function share(part: number, whole: number): number {
  return part === 0 ? 0 : part / whole;
}

/** sum_j |G_ij w_j|: the size of the terms of g_i . d. */
export function termSizes(G: Float64Array, w: Float64Array): Float64Array {
  const K = w.length;
  return w.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < K; j++) sum += Math.abs(G[i * K + j] * w[j]);
    return sum;
  });
}
