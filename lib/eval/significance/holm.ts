/**
 * Holm's step-down correction of a family of p-values: the chance of even one false claim stays below the level.
 *
 *     adjusted_(k) = max_{j <= k} min(1, (m - j + 1) p_(j)),   p_(1) <= ... <= p_(m)
 *
 * Never less powerful than Bonferroni's, and like it free of assumptions on dependence.
 * Source: Holm, Scandinavian Journal of Statistics 6 (1979).
 *
 * @param pValues m numbers in [0, 1]; an empty family gives an empty answer.
 * @returns m adjusted p-values, in the order of the input.
 * @throws {RangeError} A p-value outside [0, 1].
 */
export function holm(pValues: readonly number[]): number[] {
  pValues.forEach((p, i) => {
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(`Cannot correct p-values: pValues[${i}] is ${p}, expected a number from 0 to 1`);
    }
  });
  const adjusted = new Array<number>(pValues.length);
  const ascending = pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j]);
  let floor = 0;
  ascending.forEach((i, k) => {
    floor = Math.max(floor, Math.min(1, (pValues.length - k) * pValues[i]));
    adjusted[i] = floor;
  });
  return adjusted;
}
