/**
 * Slopes [K] of a function at x by central differences of fourth order, with steps relative to x_i: good to about
 * 1e-9 of the largest, for functions that are as smooth as a logarithm.
 */
export function slopesOf(f: (x: Float64Array) => number, x: Float64Array): Float64Array {
  return x.map((x_i, i) => {
    const h = 1e-3 * (Math.abs(x_i) || 1);
    const rise = (h: number) => {
      const at = (value: number) => f(x.map((other, j) => j === i ? value : other));
      return at(x_i + h) - at(x_i - h);
    };
    return (8 * rise(h) - rise(2 * h)) / (12 * h);
  });
}

/** Losses of four tasks to differentiate at. */
export const someLosses: readonly Float64Array[] = [
  Float64Array.of(1, 2, 4, 0.5),
  Float64Array.of(0.69, 0.31, 0.02, 0.6),
  Float64Array.of(0.05, 1, 3, 20),
];
