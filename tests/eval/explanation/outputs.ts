import assert from "node:assert/strict";
import fc from "fast-check";

/** A line of text as its tokens; an empty line has none. */
export const words = (line: string) => line.split(" ").filter((word) => word !== "");
export const lines = (...all: string[]) => all.map(words);

/** Outputs over a small vocabulary, so that repetitions are frequent; some are empty, some words hold odd characters. */
export const outputs: fc.Arbitrary<string[][]> = fc.array(
  fc.array(fc.constantFrom("room", "clean", "front", "desk", "1:a", "", "é", "部屋", "👍"), { maxLength: 8 }),
  { minLength: 2, maxLength: 12 },
);

/** Asserts that calls are refused with a RangeError of exactly this message. */
export function refuses(cases: readonly (readonly [call: () => unknown, message: string])[]): void {
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
}
