import assert from "node:assert/strict";
import fc from "fast-check";
import { averageLength, meanIdf } from "../../../lib/eval/explanation/averages.ts";
import { distinctN, sentenceDistinctN } from "../../../lib/eval/explanation/distinct.ts";
import { perplexity } from "../../../lib/eval/explanation/perplexity.ts";
import { repetition, seqRep, seqRep2 } from "../../../lib/eval/explanation/repetition.ts";
import { close } from "../close.ts";
import { lines, outputs, refuses, words } from "./outputs.ts";

Deno.test("distinct-n over the corpus and within sentences", () => {
  const cases: [corpus: string[], n: number, corpusWide: number, sentence: number][] = [
    // Words the room was clean the room: 4 distinct of 6; the second line adds "small": 5 of 10.
    [["the room was clean the room"], 1, 4 / 6, 4 / 6],
    [["the room was clean the room", "the room was small"], 1, 5 / 10, (4 / 6 + 1) / 2],
    // Bigrams: the-room twice of 5; the second line adds was-small: 5 of 8.
    [["the room was clean the room", "the room was small"], 2, 5 / 8, (4 / 5 + 1) / 2],
    [["a a a a"], 2, 1 / 3, 1 / 3],
    // The first line is too short for a bigram and the second empty.
    [["a", "", "a b"], 2, 1, 1 / 3],
    [["", "a"], 3, 0, 0],
  ];
  for (const [corpus, n, corpusWide, sentence] of cases) {
    close(distinctN(lines(...corpus), n), corpusWide);
    close(sentenceDistinctN(lines(...corpus), n), sentence);
  }
  assert.equal(distinctN([["a b", "c"], ["a", "b c"]], 2), 1, "token borders count");
});

Deno.test("rep/l is the share of repeated tokens, seq-rep-n of repeated n-grams", () => {
  // "very" twice and "the" thrice of 9 tokens: 1 + 2 repeat.
  const line = "the very very clean the room of the hotel";
  close(repetition(lines(line)), 3 / 9);
  // With an empty line and one of 3 distinct tokens: 3 of 12.
  close(repetition(lines(line, "", "a b c")), 3 / 12);
  assert.equal(repetition([[], []]), 0);
  assert.equal(repetition(lines("a", "a")), 0, "other outputs do not count");

  const cases: [line: string, n: number, expected: number][] = [
    ["a b a b a b", 2, 3 / 5], // a-b, b-a, a-b, b-a, a-b: 2 distinct.
    ["a b a b a b", 4, 1 / 3],
    ["a b c", 2, 0],
    ["a a a a a", 1, 4 / 5],
    ["a", 2, 0],
    ["", 2, 0],
  ];
  for (const [text, n, expected] of cases) close(seqRep(words(text), n), expected);
  close(seqRep2(lines("a b a b a b", "a b c", "")), 3 / 5 / 3);
});

Deno.test("average length and idf, unknown words counting 1", () => {
  const idf = new Map([["room", 1.5], ["harbour", 3.6]]);
  const set = lines("the room", "", "harbour room the the");
  assert.equal(averageLength(set), 2);
  // 1 + 1.5, then 3.6 + 1.5 + 1 + 1, over 6 words.
  close(meanIdf(set, idf), 9.6 / 6);
  assert.deepEqual([averageLength([[]]), meanIdf([[]], idf)], [0, 0]);
});

Deno.test("perplexity is the number of equally likely choices", () => {
  const cases: [logProbabilities: number[], expected: number][] = [
    [[Math.log(1 / 4), Math.log(1 / 4)], 4],
    [[0, 0], 1],
    [[Math.log(1 / 2), Math.log(1 / 8)], 4], // The geometric mean of 2 and 8.
    [[5e-7], 1], // Rounding of a sure token.
  ];
  for (const [given, expected] of cases) close(perplexity(given), expected);
  close(perplexity(Float32Array.of(Math.log(.1))), 10, 1e-5);
});

Deno.test("perplexity is at least 1, falls as a probability rises, and knows no order", () => {
  const values = fc.array(fc.double({ min: -20, max: 0, noNaN: true }), { minLength: 1 });
  fc.assert(fc.property(values, (logs) => {
    const ppl = perplexity(logs);
    assert.ok(ppl >= 1);
    close(perplexity(logs.toReversed()) / ppl, 1, 1e-9);
    assert.ok(perplexity([logs[0] / 2, ...logs.slice(1)]) <= ppl * (1 + 1e-12));
    assert.ok(
      perplexity([...logs, -Math.log(ppl)]) / ppl - 1 < 1e-9,
      "a token of average surprise changes nothing",
    );
  }));
});

Deno.test("diversity metrics are in [0, 1], never NaN, and know no order of outputs", () => {
  const metrics: Record<string, (set: string[][]) => number> = {
    distinct1: (set) => distinctN(set, 1),
    distinct2: (set) => distinctN(set, 2),
    sentenceDistinct2: (set) => sentenceDistinctN(set, 2),
    repetition,
    seqRep2,
  };
  fc.assert(fc.property(outputs, (set) => {
    for (const [name, metric] of Object.entries(metrics)) {
      const score = metric(set);
      assert.ok(score >= 0 && score <= 1, `${name} is ${score}`);
      close(metric(set.toReversed()), score);
    }
  }));
});

Deno.test("distinct-n and seq-rep-n of one output are two sides of one count", () => {
  fc.assert(fc.property(outputs, fc.integer({ min: 1, max: 3 }), ([output], n) => {
    fc.pre(output.length >= n);
    close(distinctN([output], n), 1 - seqRep(output, n));
    close(sentenceDistinctN([output], n), 1 - seqRep(output, n));
    if (n === 1) close(repetition([output]), seqRep(output, 1));
  }));
});

Deno.test("a corpus said twice keeps its repetition and halves its distinct n-grams", () => {
  fc.assert(fc.property(outputs, fc.integer({ min: 1, max: 3 }), (set, n) => {
    const twice = [...set, ...set];
    close(distinctN(twice, n), distinctN(set, n) / 2);
    close(sentenceDistinctN(twice, n), sentenceDistinctN(set, n));
    close(repetition(twice), repetition(set));
    close(seqRep2(twice), seqRep2(set));
  }));
});

Deno.test("outputs without a repetition have the best scores", () => {
  const distinct = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 10 });
  fc.assert(fc.property(distinct, (tokens) => {
    assert.deepEqual(
      [distinctN([tokens], 1), distinctN([tokens], 2), sentenceDistinctN([tokens], 2), repetition([tokens])],
      [1, 1, 1, 0],
    );
    assert.equal(seqRep2([tokens]), 0);
  }));
});

Deno.test("diversity metrics refuse bad input with its place and value", () => {
  const empty = (what: string) => `Cannot compute ${what}: outputs is empty, expected at least one example`;
  refuses([
    [() => distinctN([], 1), empty("distinct-n")],
    [() => sentenceDistinctN([], 1), empty("sentence distinct-n")],
    [() => repetition([]), empty("rep/l")],
    [() => seqRep2([]), empty("seq_rep_2")],
    [() => averageLength([]), empty("average length")],
    [() => meanIdf([], new Map()), empty("mean idf")],
    [() => distinctN([["a"]], 0), "Cannot compute distinct-n: n is 0, expected a positive integer"],
    [() => seqRep(["a"], 1.5), "Cannot compute seq-rep-n: n is 1.5, expected a positive integer"],
    [
      () => meanIdf([["a"]], new Map([["a", NaN]])),
      'Cannot compute mean idf: the idf of "a" is NaN, expected a finite number from 0 up',
    ],
    [
      () => perplexity([]),
      "Cannot compute perplexity: logProbabilities is empty, expected at least one example",
    ],
    ...[.5, NaN, -Infinity].map((value) =>
      [
        () => perplexity([0, value]),
        `Cannot compute perplexity: logProbabilities[1] is ${value}, expected a finite number up to 0`,
      ] as const
    ),
  ]);
});
