/**
 * The seeds of an experiment: 1 to `given`, or the seeds of a list as they come. A larger number keeps the seeds of a
 * smaller one, so what was made with them stays in the store.
 *
 * @param given A positive integer, or distinct non-negative safe integers.
 * @throws {RangeError} If it is anything else.
 */
export function seeds(given: number | readonly number[]): readonly number[] {
  const fail = (problem: string) => new RangeError(`Cannot make seeds: ${problem}`);
  if (typeof given === "number") {
    if (!Number.isSafeInteger(given) || given < 1) {
      throw fail(`their number is ${given}, expected a positive integer`);
    }
    return Array.from({ length: given }, (_, i) => i + 1);
  }
  if (given.length === 0) throw fail("the list is empty, expected at least one seed");
  const seen = new Set<number>();
  for (const seed of given) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw fail(`${seed} is among them, expected non-negative safe integers`);
    }
    if (seen.has(seed)) throw fail(`${seed} is among them twice, expected distinct seeds`);
    seen.add(seed);
  }
  return [...given];
}
