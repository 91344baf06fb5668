/**
 * Splits a weight of 1 between the two whole places beside a place: 2.3 is .7 of 2 and .3 of 3.
 *
 * @param into Filled at `start` and the `count` - 1 elements after it, which hold 0.
 * @param place Below 0 and above `count` - 1 as there.
 */
export function splitBetween(into: Float32Array, start: number, count: number, place: number): void {
  const within = Math.min(count - 1, Math.max(0, place)), below = Math.min(Math.floor(within), count - 2);
  into[start + below] = 1 - (within - below);
  into[start + below + 1] = within - below;
}
