/**
 * Projects all rows of a Gram matrix onto the orthogonal complement of row `pivot`, in place:
 *
 *     G <- G - G_:p G_p: / G_pp
 *
 * One step of Gaussian elimination; row `pivot` becomes exactly zero.
 */
export function eliminate(G: Float64Array, K: number, pivot: number): void {
  const P = pivot * K, row = G.slice(P, P + K), own = row[pivot];
  for (let i = 0; i < K; i++) {
    const share = row[i] / own;
    if (share === 0) continue;
    for (let j = 0, I = i * K; j < K; j++) G[I + j] -= share * row[j];
  }
  for (let i = 0; i < K; i++) G[P + i] = G[i * K + pivot] = 0;
}

/**
 * Projects all rows of a Gram matrix onto the orthogonal complement of some of them, in place: the rows that are
 * left longest first, until none is longer than rounding.
 *
 * @param floor Squared length below which a row counts as zero.
 */
export function eliminateAll(G: Float64Array, K: number, rows: readonly number[], floor: number): void {
  for (let round = 0; round < rows.length; round++) {
    const pivot = rows.reduce((most, i) => G[i * K + i] > G[most * K + most] ? i : most);
    if (!(G[pivot * K + pivot] > floor)) return;
    eliminate(G, K, pivot);
  }
}

/**
 * A solution of C x = b for a Gram matrix of unit rows, by elimination with diagonal pivoting. Where rows depend on
 * each other and b is consistent, x is a basic solution; J^T x is the same for all of them. What is inconsistent in b
 * is left unsolved.
 *
 * @param floor Squared length below which what is left of a row counts as zero.
 */
export function solveByElimination(C: Float64Array, b: ArrayLike<number>, floor: number): Float64Array {
  const K = b.length, G = C.slice(), rest = Float64Array.from(b);
  const done = new Uint8Array(K);
  const steps: { readonly pivot: number; readonly row: Float64Array; readonly rest: number }[] = [];
  for (let round = 0; round < K; round++) {
    let pivot = -1;
    for (let i = 0; i < K; i++) {
      if (!done[i] && (pivot < 0 || G[i * K + i] > G[pivot * K + pivot])) pivot = i;
    }
    if (!(G[pivot * K + pivot] > floor)) break;
    done[pivot] = 1;
    const row = G.slice(pivot * K, pivot * K + K), own = row[pivot];
    steps.push({ pivot, row, rest: rest[pivot] });
    for (let i = 0; i < K; i++) {
      if (done[i]) continue;
      const share = row[i] / own;
      rest[i] -= share * rest[pivot];
      for (let j = 0, I = i * K; j < K; j++) G[I + j] -= share * row[j];
    }
  }
  const x = new Float64Array(K);
  for (const { pivot, row, rest } of steps.reverse()) {
    let sum = rest;
    for (let j = 0; j < K; j++) sum -= row[j] * x[j];
    x[pivot] = sum / row[pivot];
  }
  return x;
}
