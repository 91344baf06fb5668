import assert from "node:assert/strict";
import {
  corpusIdfBleu,
  extractionRecall,
  idfBleu,
  idfBleuMetric,
  type IdfBleuOptions,
  IdfBleuScorer,
  inverseDocumentFrequency,
  scoreCorpus,
} from "../../../lib/eval/mod.ts";
import { close } from "../close.ts";

const words = (text: string) => text.split(" ").filter((word) => word !== "");

// The worked example of the design notes on the paper.
const idf = new Map(Object.entries({
  the: 1.2,
  room: 1.5,
  was: 1.3,
  clean: 2.0,
  and: 1.25,
  spacious: 3.1,
  staff: 1.9,
  friendly: 2.2,
  a: 1.1,
  great: 1.8,
  view: 2.4,
  of: 1.4,
  harbour: 3.6,
  very: 1.7,
  bed: 2.1,
  comfortable: 2.3,
}));
const references = [
  "the room was clean and spacious",
  "great view of the harbour",
  "the staff was very friendly",
]
  .map(words);

Deno.test("IDF-BLEU of the worked example, at orders 1 to 4", () => {
  const cases: [hypothesis: string, scores: number[]][] = [
    ["the room was clean and spacious", [.945502594, .945502594, .945502594, .945502594]],
    ["the room was very clean", [.7791379993, .6525682103, .4574230472, .2118808456]],
    ["the room", [.1331805726, .1331805726, .0618169459, .042115395]],
    ["breakfast included daily", [0, 0, 0, 0]],
    ["", [0, 0, 0, 0]],
  ];
  for (const [hypothesis, scores] of cases) {
    scores.forEach((score, n) => {
      close(idfBleu(words(hypothesis), references, idf, { maxOrder: n + 1 }), score, 1e-10, hypothesis);
    });
  }
});

Deno.test("IDF-BLEU by hand: weights, both penalties, a word without idf, the closest reference", () => {
  const two = new Map([["a", 2], ["b", 3]]);
  const cases: [
    why: string,
    hypothesis: string,
    references: string[],
    options: IdfBleuOptions,
    score: number,
  ][] = [
    // Words 2 + 1 of 2 + 1 + 1 (x has no idf); lengths 3 and 3; I = 4/3 against (2 + 3 + 1)/3.
    ["unigrams", "a y x", ["a b y"], { maxOrder: 1 }, 3 / 4 * Math.exp(1 - 2 / (4 / 3))],
    ["without either penalty", "a y x", ["a b y"], { maxOrder: 1, alpha: 0, beta: 0 }, 3 / 4],
    // Half as long: exp(1 - 4/2); I = 5/2 against 7/4, no penalty.
    ["short", "a b", ["a b x y"], { maxOrder: 1 }, Math.exp(1 - 2)],
    ["short, squared", "a b", ["a b x y"], { maxOrder: 1, beta: 2 }, Math.exp(2 * (1 - 2))],
    // Pairs: (a b) weighs 3 and matches, (b a) weighs 3 and does not.
    ["pairs weigh as their rarest word", "a b a", ["a b b"], {
      maxOrder: 2,
      weights: [0, 1],
      alpha: 0,
      beta: 0,
    }, 1 / 2],
    [
      "an order without a match counts as .1",
      "a x",
      ["x a"],
      { maxOrder: 2, weights: [0, 1] },
      .1 / 2,
    ],
    ["closest in length", "a b", ["a b", "a b x y"], { reference: "closest", maxOrder: 2 }, 1],
    ["the mean length", "a b", ["a b", "a b x y"], { maxOrder: 2, alpha: 0 }, Math.exp(1 - 3 / 2)],
  ];
  for (const [why, hypothesis, refs, options, score] of cases) {
    const actual = idfBleu(words(hypothesis), refs.map(words), two, options);
    close(actual, score, 1e-12, why);
  }
});

Deno.test("idf counts a word once a sentence", () => {
  const counted = inverseDocumentFrequency([["a", "a", "b"], ["a"], ["a", "c"], []]);
  assert.deepEqual([...counted.keys()], ["a", "b", "c"]);
  close(counted.get("a")!, Math.log10(4 / 3) + 1);
  close(counted.get("b")!, Math.log10(4) + 1);
  assert.throws(() => inverseDocumentFrequency([]), {
    message: "Cannot compute idf: there are no sentences, expected at least one",
  });
});

Deno.test("the corpus score is the mean, and its signature says all that it depends on", () => {
  const hypotheses = ["the room was very clean", "the room"];
  const { score, signature } = corpusIdfBleu(hypotheses.map(words), [references, references], idf);
  close(score, (.2118808456 + .042115395) / 2, 1e-9);
  assert.equal(signature, "IDF-BLEU|words:given|idf:16-words|order:4|alpha:1|beta:1|ref:mean|v1");
  const texts = references.map((reference) => reference.join(" "));
  const streamed = scoreCorpus(idfBleuMetric(idf, { maxOrder: 2, weights: [.7, .3] }), hypotheses, [
    texts,
    texts,
  ]);
  assert.equal(
    streamed.signature,
    "IDF-BLEU|words:13a|case:mixed|nrefs:3|idf:16-words|order:2[0.7,0.3]|alpha:1|beta:1|ref:mean|v1",
  );
});

Deno.test("a scorer scores as the function does, whatever it scored before", () => {
  const scorer = new IdfBleuScorer(idf);
  const texts = [
    "the staff was friendly and the bed comfortable",
    "the room",
    "unheard words",
    "a view of the bed",
  ];
  for (const text of [...texts, ...texts.toReversed()]) {
    assert.equal(scorer.score(words(text), references), idfBleu(words(text), references, idf));
  }
});

Deno.test("extraction recall is the weighted share of a good extraction that survives", () => {
  const extraction = words("the room was very clean");
  const cases: [why: string, hypothesis: string, recall: number][] = [
    ["all survives", "the room was very clean", 1],
    ["more is no loss", "yes the room was very clean indeed", 1],
    // Words shared with the references: the room was very clean = 7.7, of which 6 survive. Pairs: the room 1.5,
    // room was 1.5, was very 1.7 = 4.7; the first two survive.
    ["very is gone", "the room was clean", (6 / 7.7) ** .7 * (3 / 4.7) ** .3],
    ["no pair survives", "clean room", (3.5 / 7.7) ** .7 * (.1 / 4.7) ** .3],
    ["nothing survives", "a view", 0],
    ["an empty sentence", "", 0],
  ];
  for (const [why, hypothesis, recall] of cases) {
    close(extractionRecall(words(hypothesis), extraction, references, idf), recall, 1e-12, why);
  }
  assert.equal(extractionRecall(words("a b"), words("a b"), [words("c d")], idf), 0, "nothing to keep");
  // The repeated word is kept once only, as the reference has it once.
  close(extractionRecall(["a"], ["a", "a"], [["a"]], new Map(), { weights: [1] }), 1);
});

Deno.test("what cannot be is refused with what would do", () => {
  const cases: [call: () => unknown, message: string][] = [
    [
      () => idfBleu(["a"], [], idf),
      "Cannot compute IDF-BLEU: references is empty, expected at least one reference",
    ],
    [
      () => idfBleu(["a"], [["a"], []], idf),
      "Cannot compute IDF-BLEU: references[1] is empty, expected at least one word",
    ],
    [
      () => idfBleu(["a"], [["a"]], idf, { weights: [1] }),
      "Cannot compute IDF-BLEU: there are 1 weights, expected 4, one for each order",
    ],
    [
      () => idfBleu(["a"], [["a"]], idf, { alpha: NaN }),
      "Cannot compute IDF-BLEU: alpha is NaN, expected a finite number from 0 up",
    ],
    [
      () => idfBleu(["a"], [["a"]], new Map([["a", -1]])),
      'Cannot weigh words: the idf of "a" is -1, expected a finite number from 0 up',
    ],
    [
      () => corpusIdfBleu([["a"]], [], idf),
      "Cannot compute IDF-BLEU: there are 1 hypotheses and 0 sets of references, expected one set a hypothesis",
    ],
    [
      () => extractionRecall(["a"], ["a"], [], idf),
      "Cannot compute extraction recall: references is empty, expected at least one reference",
    ],
    [
      () => extractionRecall(["a"], ["a"], [["a"]], idf, { weights: [.7, -1] }),
      "Cannot compute extraction recall: weights[1] is -1, expected a finite number from 0 up",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
