import assert from "node:assert/strict";
import fc from "fast-check";
import { NgramIds } from "../../../lib/eval/text/ngram_ids.ts";
import { SegmentNgrams } from "../../../lib/eval/text/segment_ngrams.ts";
import { SegmentWords } from "../../../lib/eval/text/segment_words.ts";
import { splitWords } from "../../../lib/eval/text/tokenizers.ts";
import { Vocabulary } from "../../../lib/eval/text/vocabulary.ts";

Deno.test("words are numbered in the order in which they are first seen, in a line or alone", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "é", "👍", " ", "\u3000", "\t") }));
  fc.assert(fc.property(lines, (lines) => {
    const vocabulary = new Vocabulary(), expected = new Map<string, number>();
    for (const line of lines) {
      const words = splitWords(line);
      for (const word of words) if (!expected.has(word)) expected.set(word, expected.size);
      const ids = words.map((word) => expected.get(word)!);
      assert.deepEqual([...vocabulary.encodeLine(line)], ids);
      assert.deepEqual([...vocabulary.encode(words)], ids);
    }
    assert.equal(vocabulary.size, expected.size);
  }));
});

Deno.test("the words of a segment are numbered by its hypothesis, from 0 in each", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", "é", "👍", " ", "\u3000", "\t") });
  const words = new SegmentWords();
  fc.assert(fc.property(line, fc.array(line), (hypothesis, references) => {
    const numbers = new Map([...new Set(splitWords(hypothesis))].map((word, i) => [word, i]));
    const expected = (line: string) =>
      splitWords(line).map((word) => numbers.get(word) ?? SegmentWords.unknown);
    let count = words.begin(hypothesis);
    assert.deepEqual([...words.words.subarray(0, count)], expected(hypothesis));
    for (const reference of references) {
      count = words.read(reference);
      assert.deepEqual([...words.words.subarray(0, count)], expected(reference));
    }
  }));
  const long = Array.from({ length: 5000 }, (_, i) => `w${i * 7919}`).join(" ");
  for (let k = 0; k < 2; k++) {
    assert.equal(words.begin(long), 5000);
    assert.equal(words.read(`no ${long}`), 5001);
    assert.deepEqual([...words.words.subarray(0, 5001)], Array.from({ length: 5001 }, (_, i) => i - 1));
  }
});

Deno.test("a hundred thousand words keep their numbers", () => {
  const vocabulary = new Vocabulary(), words = Array.from({ length: 100_000 }, (_, i) => `w${i * 7919}`);
  for (let k = 0; k < 2; k++) {
    assert.deepEqual(vocabulary.encode(words), Int32Array.from(words.keys()));
  }
});

Deno.test("n-grams are numbered densely, found again, and forgotten at once", () => {
  const ids = new NgramIds();
  for (let round = 0; round < 3; round++) {
    ids.clear();
    assert.equal(ids.find(NgramIds.root, 5), -1);
    for (let i = 0; i < 5000; i++) assert.equal(ids.idOf(i % 7 - 1, i + round), i);
    for (let i = 0; i < 5000; i++) {
      assert.equal(ids.idOf(i % 7 - 1, i + round), i);
      assert.equal(ids.find(i % 7 - 1, i + round), i);
      assert.deepEqual([ids.prefixOf(i), ids.lastWordOf(i)], [i % 7 - 1, i + round]);
    }
    assert.equal(ids.size, 5000);
  }
});

Deno.test("clipped counts are those of a recount", () => {
  const text = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }).map((words) =>
    Int32Array.from(words)
  );
  const ngrams = new SegmentNgrams(3);
  fc.assert(fc.property(text, fc.array(text, { maxLength: 3 }), text, (hypothesis, references, other) => {
    ngrams.begin(hypothesis);
    for (const reference of references) ngrams.addReference(reference);
    ngrams.tally(other);
    const own = countNgrams(hypothesis, 3);
    assert.equal(ngrams.size, own.size);
    const spelled = (id: number): string =>
      (ngrams.orderOf(id) === 1 ? "" : `${spelled(ngrams.prefixOf(id))} `) + ngrams.lastWordOf(id);
    for (let id = 0; id < ngrams.size; id++) {
      const ngram = spelled(id);
      const most = Math.max(0, ...references.map((reference) => countNgrams(reference, 3).get(ngram) ?? 0));
      assert.equal(ngrams.countOf(id), own.get(ngram));
      assert.equal(ngrams.clippedOf(id), Math.min(own.get(ngram)!, most));
      assert.equal(ngrams.tallyOf(id), countNgrams(other, 3).get(ngram) ?? 0);
    }
  }));
});

function countNgrams(words: Int32Array, maxOrder: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let n = 1; n <= maxOrder; n++) {
    for (let i = 0; i + n <= words.length; i++) {
      const ngram = words.slice(i, i + n).join(" ");
      counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
    }
  }
  return counts;
}
