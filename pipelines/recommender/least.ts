/** The first of the values with the smallest cost; at least one value. */
export function leastOf<T>(values: readonly T[], costOf: (value: T) => number): T {
  return values.reduce((best, value) => costOf(value) < costOf(best) ? value : best);
}
