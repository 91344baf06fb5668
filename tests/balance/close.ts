import assert from "node:assert/strict";

/** All elements are within `tolerance` of each other, relative to the largest expected magnitude. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  message = "",
): void {
  assert.equal(actual.length, expected.length, message);
  const size = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs(actual[i] - expected[i]);
    // Written so that NaN fails too.
    assert.ok(gap <= tolerance * size, `${message} [${i}]: ${actual[i]}, expected ${expected[i]}`);
  }
}
