import assert from "node:assert/strict";

/** Both numbers are within an absolute `tolerance`; NaN is close to nothing. */
export function close(actual: number, expected: number, tolerance = 1e-12, message = ""): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${message} ${actual} is not ${expected}`.trimStart());
}
