import assert from "node:assert/strict";
import fc from "fast-check";
import { corpusChrf, sentenceChrf } from "../../../lib/eval/text/chrf.ts";
import { corpusRouge } from "../../../lib/eval/text/corpus_rouge.ts";
import { corpusMeteor, meteor } from "../../../lib/eval/text/meteor.ts";
import { rouge, rougeN } from "../../../lib/eval/text/rouge.ts";
import { rougeLsum } from "../../../lib/eval/text/rouge_lsum.ts";

/** A metric of a hypothesis against one reference, and its mean or sum over a corpus. */
interface Metric {
  readonly name: string;
  readonly perfect: number;
  readonly score: (hypothesis: string, reference: string) => number;
  readonly corpus: (hypotheses: string[], references: string[][]) => number;
  /** Score of a text of n words against itself. */
  readonly ofIdentity?: (words: number) => number;
}

const rougeOptions = [
  { name: "google", perfect: 1, options: {} },
  { name: "google, stems of unicode words", perfect: 1, options: { stem: true, tokenize: "unicode" } },
  { name: "google, beta 3", perfect: 1, options: { beta: 3 } },
  { name: "peter", perfect: 100, options: { dialect: "peter" } },
] as const;

const metrics: Metric[] = [
  ...rougeOptions.flatMap(({ name, perfect, options }) => [
    ...(["rouge1", "rouge2", "rougeL"] as const).map((kind): Metric => ({
      name: `${kind} (${name})`,
      perfect,
      score: (h, r) => rouge(h, r, options)[kind].f,
      corpus: (h, r) => corpusRouge(h, r, options)[kind].f,
      ofIdentity: (words) => kind === "rouge2" && words < 2 ? 0 : perfect,
    })),
  ]),
  {
    name: "rougeLsum",
    perfect: 1,
    score: (h, r) => rougeLsum(h, r).f,
    corpus: (h, r) => corpusRouge(h, r).rougeLsum!.f,
  },
  {
    name: "METEOR",
    perfect: 1,
    score: (h, r) => meteor(h, [r]),
    corpus: (h, r) => corpusMeteor(h, r).score,
    ofIdentity: (words) => 1 - .5 / words ** 3,
  },
  ...([{}, { wordOrder: 2 }, { beta: 1, charOrder: 3, whitespace: true }] as const).map((
    options,
  ): Metric => ({
    name: `chrF ${JSON.stringify(options)}`,
    perfect: 100,
    score: (h, r) => sentenceChrf(h, [r], options).score,
    corpus: (h, r) => corpusChrf(h, r, options).score,
  })),
];

/** Any text: letters of all scripts, emoji, lone surrogates, controls, line ends. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.array(fc.constantFrom("the", "string", "strings", "sounds", ".", "\n", " ", "😀", "\ud83d"), {
    maxLength: 20,
  })
    .map((parts) => parts.join("")),
);
const word = fc.constantFrom("the", "guitar", "sounds", "sound", "bright", "dying", "die", "10");
const sentence = fc.array(word, { minLength: 1, maxLength: 12 });
const corpus = fc.array(fc.tuple(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 })), {
  minLength: 1,
  maxLength: 6,
});

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-9, `${actual} is not ${expected}`);

for (const { name, perfect, score, corpus: corpusScore, ofIdentity = () => perfect } of metrics) {
  Deno.test(`${name} is a number from 0 to ${perfect} of any texts`, () => {
    fc.assert(fc.property(anyText, anyText, (h, r) => {
      const value = score(h, r);
      // NaN fails, too. The last digit may be rounded up.
      assert.ok(value >= 0 && value <= perfect * (1 + 1e-15), `${value}`);
    }));
  });

  Deno.test(`${name} of a text and itself is perfect, or what too few words allow`, () => {
    fc.assert(fc.property(sentence, (words) => {
      const text = words.join(" ");
      close(score(text, text), ofIdentity(words.length));
    }));
  });

  Deno.test(`${name} is 0 where a text is empty or nothing is in common`, () => {
    fc.assert(fc.property(sentence, (words) => {
      const text = words.join(" ");
      for (const [h, r] of [["", text], [text, ""], ["", ""], ["zzz", text]]) {
        assert.equal(score(h, r), 0);
      }
    }));
  });

  Deno.test(`${name} grows with every word of the reference that replaces a foreign one`, () => {
    fc.assert(fc.property(sentence, fc.nat(), fc.nat(), (words, kept, at) => {
      // All words differ, so that a word in place never takes the match of another, nor sets of n-grams grow.
      const reference = words.map((word, i) => `${word}${i}`);
      const hypothesis = reference.map((word, i) => (kept >> i & 1) === 1 ? word : `zzq${i}`);
      const better = hypothesis.with(at % words.length, reference[at % words.length]);
      const before = score(hypothesis.join(" "), reference.join(" "));
      const after = score(better.join(" "), reference.join(" "));
      assert.ok(after >= before * (1 - 1e-12), `${before} to ${after}`);
    }));
  });

  Deno.test(`${name} of a corpus is in bounds and does not depend on its order`, () => {
    fc.assert(fc.property(corpus, (pairs) => {
      const of = (set: typeof pairs) => corpusScore(set.map(([h]) => h), set.map(([, r]) => r));
      const value = of(pairs);
      assert.ok(value >= 0 && value <= perfect * (1 + 1e-15), `${value}`);
      close(of(pairs.toReversed()), value);
      // chrF sums counts, and of references that score alike those of the first.
      if (!name.startsWith("chrF")) close(of(pairs.map(([h, r]) => [h, r.toReversed()])), value);
    }));
  });

  Deno.test(`${name} of a corpus of one is that of its pair, and takes the best of several references`, () => {
    fc.assert(fc.property(anyText, fc.array(anyText, { minLength: 1, maxLength: 4 }), (h, references) => {
      close(corpusScore([h], [references]), Math.max(...references.map((r) => score(h, r))));
    }));
  });
}

Deno.test("precision and recall change places with the texts", () => {
  fc.assert(fc.property(anyText, anyText, fc.constantFrom(...rougeOptions), (a, b, { options }) => {
    const [there, back] = [rouge(a, b, options), rouge(b, a, options)];
    for (const kind of ["rouge1", "rouge2", "rougeL"] as const) {
      close(there[kind].precision, back[kind].recall);
      close(there[kind].recall, back[kind].precision);
    }
  }));
});

Deno.test("linear metrics take 100,000 words", () => {
  const words = (step: number) => Array.from({ length: 100_000 }, (_, i) => `w${i * step % 5003}`).join(" ");
  const [h, r] = [words(7919), words(104_729)];
  const values = [
    rougeN(h, r, 1).f,
    rougeN(h, r, 2, { dialect: "peter" }).f / 100,
    meteor(h, [r]),
    sentenceChrf(h, [r]).score / 100,
  ];
  for (const value of values) assert.ok(value >= 0 && value <= 1, `${values}`);
  assert.ok(values[0] > .99, `${values}`);
});
