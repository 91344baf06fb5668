import assert from "node:assert/strict";
import * as fc from "fast-check";
import { wrapText } from "../../lib/text/mod.ts";

Deno.test("lines are as full as they can be, and longer words stand alone", () => {
  const cases: [text: string, width: number, lines: string[]][] = [
    ["the tone is warm", 8, ["the tone", "is warm"]],
    ["the tone is warm", 7, ["the", "tone is", "warm"]],
    ["a harpsichord too", 5, ["a", "harpsichord", "too"]],
    ["", 5, []],
    ["  two   words ", 20, ["two words"]],
  ];
  for (const [text, width, lines] of cases) assert.deepEqual(wrapText(text, width), lines, text);
});

Deno.test("no word is lost, and no line with two words is too long", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,9}$/)),
      fc.integer({ min: 1, max: 30 }),
      (words, width) => {
        const lines = wrapText(words.join(" "), width);
        assert.deepEqual(lines.flatMap((line) => line.split(" ")), words);
        assert.ok(lines.every((line) => line.length <= width || !line.includes(" ")));
      },
    ),
  );
});
