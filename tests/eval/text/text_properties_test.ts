/** What every metric of texts against references promises. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bleuMetric,
  collectStatistics,
  idfBleuMetric,
  inverseDocumentFrequency,
  scoreCorpus,
  type SegmentMetric,
} from "../../../lib/eval/mod.ts";
import { close } from "../close.ts";

const idf = inverseDocumentFrequency([["a", "b"], ["a", "c"], ["a", "d", "e"]]);

/** Each with whether identical texts of at least four words score the best, and whether a longer match scores more. */
const metrics: Record<string, () => SegmentMetric> = {
  "BLEU": () => bleuMetric(),
  "BLEU, floor, order 2": () => bleuMetric({ smoothing: "floor", maxOrder: 2 }),
  "BLEU, add-k": () => bleuMetric({ smoothing: "add-k" }),
  "BLEU, characters": () => bleuMetric({ tokenize: "char", lowercase: true }),
  "BLEU, intl": () => bleuMetric({ tokenize: "intl" }),
  "BLEU, nltk": () => bleuMetric({ dialect: "nltk" }),
  "BLEU, nltk, method1": () => bleuMetric({ dialect: "nltk", smoothing: "method1" }),
  "BLEU, nltk, method2": () => bleuMetric({ dialect: "nltk", smoothing: "method2" }),
  "BLEU, nltk, method3": () => bleuMetric({ dialect: "nltk", smoothing: "method3" }),
  "BLEU, nltk, method4": () => bleuMetric({ dialect: "nltk", smoothing: "method4" }),
  "BLEU, nmt": () => bleuMetric({ dialect: "nmt" }),
  "IDF-BLEU": () => idfBleuMetric(idf),
  "IDF-BLEU, closest": () => idfBleuMetric(idf, { reference: "closest", maxOrder: 2 }),
};

const word = fc.constantFrom("a", "b", "c", "d", "e", "don't", "3.5", "ünï", "👍", "👩‍👩‍👧");
const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));
const segment = fc.record({
  hypothesis: fc.oneof(fc.constant(""), text),
  references: fc.array(text, { minLength: 1, maxLength: 3 }),
});
const corpus = fc.array(segment, { minLength: 1, maxLength: 6 });

type Corpus = { hypothesis: string; references: string[] }[];
const score = (make: () => SegmentMetric, corpus: Corpus) =>
  scoreCorpus(make(), corpus.map(({ hypothesis }) => hypothesis), corpus.map(({ references }) => references))
    .score;

for (const [name, make] of Object.entries(metrics)) {
  const { best } = make();
  Deno.test(`${name}: is a number from 0 to ${best}`, () => {
    fc.assert(fc.property(corpus, (corpus) => {
      const value = score(make, corpus);
      assert.ok(value >= 0 && value <= best, `${value}`);
    }));
  });

  Deno.test(`${name}: survives any text`, () => {
    const anything = fc.string({ unit: "binary" }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(anything, fc.array(anything, { minLength: 1, maxLength: 2 }), (hypothesis, references) => {
        // IDF-BLEU refuses a reference that its tokenizer leaves no word of.
        if (
          name.startsWith("IDF") && references.some((reference) => /<skipped>|^\p{Cc}+$/u.test(reference))
        ) return;
        const value = score(make, [{ hypothesis, references }]);
        assert.ok(value >= 0 && value <= best, `${value}`);
      }),
    );
  });

  Deno.test(`${name}: the order of segments and of references does not matter`, () => {
    fc.assert(fc.property(corpus, (corpus) => {
      const moved = corpus.toReversed().map(({ hypothesis, references }) => ({
        hypothesis,
        references: references.toReversed(),
      }));
      close(score(make, moved), score(make, corpus), 1e-9);
    }));
  });

  Deno.test(`${name}: texts equal to their reference score ${best}`, () => {
    const long = fc.array(word, { minLength: 4, maxLength: 12 }).map((words) => words.join(" "));
    fc.assert(fc.property(fc.array(long, { minLength: 1, maxLength: 4 }), (texts) => {
      close(score(make, texts.map((text) => ({ hypothesis: text, references: [text] }))), best, 1e-9);
    }));
  });

  Deno.test(`${name}: a segment that becomes its reference does not lower the score`, () => {
    const equalLength = fc.array(fc.tuple(word, word), { minLength: 4, maxLength: 10 }).map((pairs) => ({
      hypothesis: pairs.map(([own]) => own).join(" "),
      references: [pairs.map(([, other]) => other).join(" ")],
    }));
    fc.assert(fc.property(fc.array(equalLength, { minLength: 1, maxLength: 4 }), (corpus) => {
      const [first, ...rest] = corpus;
      const right = { ...first, hypothesis: first.references[0] };
      assert.ok(score(make, [right, ...rest]) >= score(make, corpus) - 1e-9);
    }));
  });

  Deno.test(`${name}: a score of a corpus is that of the sums of its rows`, () => {
    fc.assert(fc.property(corpus, (corpus) => {
      const metric = make();
      const rows = collectStatistics(
        metric,
        corpus.map(({ hypothesis }) => hypothesis),
        corpus.map(({ references }) => references),
      );
      assert.equal(rows.length, metric.columns * corpus.length);
      const sums = Array.from(
        { length: metric.columns },
        (_, k) => corpus.reduce((sum, _, i) => sum + rows[i * metric.columns + k], 0),
      );
      close(metric.score(sums), score(make, corpus), 1e-9);
    }));
  });
}
