/** sum <- sum + terms */
export function addTo(sum: Float64Array | Float32Array, terms: ArrayLike<number>): void {
  for (let k = 0; k < sum.length; k++) sum[k] += terms[k];
}

export function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
}

/** The M rows of a row-major matrix, without copying. */
export function rowsOf(matrix: Float32Array, count: number): Float32Array[] {
  const length = matrix.length / count;
  return Array.from({ length: count }, (_, m) => matrix.subarray(m * length, (m + 1) * length));
}

/** Stops a run that has diverged. */
export function checkLosses(losses: Float64Array, step: number): void {
  if (losses.every(Number.isFinite)) return;
  throw new Error(
    `Cannot take step ${step}: the losses are ${losses}, expected finite ones; lower learningRate`,
  );
}
