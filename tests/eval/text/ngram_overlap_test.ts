import assert from "node:assert/strict";
import fc from "fast-check";
import { ngramOverlaps } from "../../../lib/eval/text/ngram_overlap.ts";

function counts(words: readonly number[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= words.length; i++) {
    const ngram = words.slice(i, i + order).join(" ");
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

const words = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(0x1f3b8, 0x10ffff)), { maxLength: 40 });

Deno.test("n-grams and their matches are those of a count by strings", () => {
  fc.assert(fc.property(words, words, (h, r) => {
    ngramOverlaps(Int32Array.from(h), Int32Array.from(r), 5).forEach(({ occurrences, distinct }, index) => {
      const inH = counts(h, index + 1), inR = counts(r, index + 1);
      const shared = [...inH.keys()].filter((ngram) => inR.has(ngram));
      const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);
      assert.deepEqual(occurrences, {
        hypothesis: sum(inH.values()),
        reference: sum(inR.values()),
        matches: sum(shared.map((ngram) => Math.min(inH.get(ngram)!, inR.get(ngram)!))),
      });
      assert.deepEqual(distinct, { hypothesis: inH.size, reference: inR.size, matches: shared.length });
    });
  }));
});

Deno.test("orders longer than both sequences have no n-grams", () => {
  const none = { hypothesis: 0, reference: 0, matches: 0 };
  const [, second, third] = ngramOverlaps(Int32Array.of(1), Int32Array.of(1, 2), 3);
  assert.deepEqual(second.occurrences, { hypothesis: 0, reference: 1, matches: 0 });
  assert.deepEqual(third, { occurrences: none, distinct: none });
});
