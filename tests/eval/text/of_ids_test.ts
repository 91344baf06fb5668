/** Metrics of word numbers: the same as of words. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  corpusRouge,
  extractionRecall,
  ExtractionRecallOfIds,
  idfBleu,
  IdfBleuOfIds,
  type IdfBleuOptions,
  RougeOfIds,
  type RougeOptions,
  sentenceBleu,
  SentenceBleuOfIds,
} from "../../../lib/eval/mod.ts";
import { close } from "../close.ts";

const words = ["the", "tone", "is", "warm", "and", "neck", "great", "unheard"];
const idf = [1, 2.5, 1.2, 3.1, 1.1, 2.2, 1.9, 1];
const idfOfWords = new Map(words.slice(0, -1).map((word, id) => [word, idf[id]]));

const text = (minLength: number) =>
  fc.array(fc.nat(words.length - 1), { minLength, maxLength: 40 }).map((ids) => Int32Array.from(ids));
const texts = fc.record({
  hypothesis: text(0),
  extraction: text(0),
  references: fc.array(text(1), { minLength: 1, maxLength: 4 }),
});
const wordsOf = (ids: Int32Array) => Array.from(ids, (id) => words[id]);
const lineOf = (ids: Int32Array) => wordsOf(ids).join(" ");

Deno.test("IDF-BLEU of numbers is that of their words", () => {
  const options: IdfBleuOptions[] = [
    {},
    { maxOrder: 2, weights: [.8, .2], alpha: .5 },
    { maxOrder: 1, reference: "closest", beta: 0 },
  ];
  for (const option of options) {
    const scorer = new IdfBleuOfIds(idf, option);
    fc.assert(fc.property(texts, ({ hypothesis, references }) => {
      assert.equal(
        scorer.score(hypothesis, references),
        idfBleu(wordsOf(hypothesis), references.map(wordsOf), idfOfWords, option),
      );
    }));
  }
});

Deno.test("extraction recall of numbers is that of their words", () => {
  for (const option of [{}, { weights: [1] }]) {
    const scorer = new ExtractionRecallOfIds(idf, option);
    fc.assert(fc.property(texts, ({ hypothesis, extraction, references }) => {
      assert.equal(
        scorer.score(hypothesis, extraction, references),
        extractionRecall(
          wordsOf(hypothesis),
          wordsOf(extraction),
          references.map(wordsOf),
          idfOfWords,
          option,
        ),
      );
    }));
  }
});

Deno.test("sentence BLEU of numbers is that of their words, in every dialect", () => {
  const options = [
    { dialect: "nltk", smoothing: "method1" },
    { dialect: "nltk", smoothing: "method5", maxOrder: 3 },
    { dialect: "nmt" },
    { dialect: "sacrebleu" },
  ] as const;
  for (const option of options) {
    const scorer = new SentenceBleuOfIds(option);
    fc.assert(fc.property(texts, ({ hypothesis, references }) => {
      close(
        scorer.score(hypothesis, references),
        sentenceBleu(lineOf(hypothesis), references.map(lineOf), { ...option, tokenize: "none" }).score,
      );
    }));
  }
  const sacrebleu = new SentenceBleuOfIds(), one = Int32Array.of(1, 2, 3);
  assert.equal(sacrebleu.score(one, [Int32Array.of(), one]), sacrebleu.score(one, [one]), "a missing one");
  assert.equal(sacrebleu.score(one, [Int32Array.of()]), 0);
});

Deno.test("ROUGE of numbers is that of their words, with the best of the references", () => {
  for (const option of [{}, { dialect: "peter" }, { beta: 2 }] as const satisfies RougeOptions[]) {
    const scorer = new RougeOfIds(option);
    fc.assert(fc.property(texts, ({ hypothesis, references }) => {
      const { rouge1, rouge2, rougeL } = corpusRouge([lineOf(hypothesis)], [references.map(lineOf)], {
        ...option,
        tokenize: "whitespace",
      });
      assert.deepEqual(scorer.score(hypothesis, references), { rouge1, rouge2, rougeL });
    }));
  }
});

Deno.test("a number that is no word's, and weights that cannot be, are refused", () => {
  const scorer = new IdfBleuOfIds([1, 2]), recall = new ExtractionRecallOfIds([1, 2]);
  const one = Int32Array.of(1);
  const cases: [call: () => unknown, message: string][] = [
    [
      () => scorer.score(Int32Array.of(0, 2), [one]),
      "Cannot compute IDF-BLEU: hypothesis[1] is 2, expected the number of one of 2 words",
    ],
    [
      () => scorer.score(one, [one, Int32Array.of(-1)]),
      "Cannot compute IDF-BLEU: references[1][0] is -1, expected the number of one of 2 words",
    ],
    [
      () => scorer.score(one, [Int32Array.of()]),
      "Cannot compute IDF-BLEU: references[0] is empty, expected at least one word",
    ],
    [
      () => scorer.score(one, []),
      "Cannot compute IDF-BLEU: references is empty, expected at least one reference",
    ],
    [
      () => recall.score(one, Int32Array.of(7), [one]),
      "Cannot compute extraction recall: extraction[0] is 7, expected the number of one of 2 words",
    ],
    [
      () => new IdfBleuOfIds([1, NaN]),
      "Cannot compute IDF-BLEU: idf[1] is NaN, expected a finite number from 0 up",
    ],
    [
      () => new SentenceBleuOfIds().score(one, []),
      "Cannot compute sentence BLEU: references is empty, expected at least one reference",
    ],
    [
      () => new RougeOfIds().score(one, []),
      "Cannot compute ROUGE: references is empty, expected at least one reference",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
