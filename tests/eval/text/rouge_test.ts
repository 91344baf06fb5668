import assert from "node:assert/strict";
import { corpusRouge } from "../../../lib/eval/text/corpus_rouge.ts";
import { rouge, rougeN } from "../../../lib/eval/text/rouge.ts";
import { rougeLsum } from "../../../lib/eval/text/rouge_lsum.ts";
import { type RougeOptions, type RougeScore, rougeSignature } from "../../../lib/eval/text/rouge_options.ts";
import { nlgEvalSample, ofSample } from "./nlg_eval_sample.ts";

type Values = [precision: number, recall: number, f: number];

function assertScore(score: RougeScore, values: Values, message: string, tolerance = 1e-9): void {
  const actual = [score.precision, score.recall, score.f];
  actual.forEach((value, k) =>
    assert.ok(Math.abs(value - values[k]) <= tolerance, `${message}: ${actual}, expected ${values}`)
  );
}

Deno.test("the examples of google-research/rouge have their published scores", () => {
  // rouge_scorer_test.py: testRouge1, testRouge2, testRougeLConsecutive, testRougeLNonConsecutive.
  const cases: [hypothesis: string, kind: "rouge1" | "rouge2" | "rougeL", values: Values][] = [
    ["testing", "rouge1", [1, 1 / 3, 1 / 2]],
    ["testing one", "rouge1", [1, 2 / 3, 4 / 5]],
    ["testing one", "rouge2", [1, 1 / 2, 2 / 3]],
    ["testing one", "rougeL", [1, 2 / 3, 4 / 5]],
    ["testing two", "rougeL", [1, 2 / 3, 4 / 5]],
  ];
  for (const [hypothesis, kind, values] of cases) {
    assertScore(rouge(hypothesis, "testing one two")[kind], values, `${kind} of "${hypothesis}"`, 1e-15);
  }
});

const tuner: [string, string] = [
  "The guitar tuner works great, and the battery lasts for weeks.",
  "This tuner works well; the battery lasted for many weeks.",
];
const bright: [string, string] = [
  "Strings sounded brighter than older strings.",
  "The strings sound bright, brighter than the old ones.",
];
const repeated: [string, string] = ["the the the cat", "the cat sat on the mat"];
const foreign: [string, string] = [
  "Der süße Klang der Gitarre, 北京 2 ☺",
  "der SÜSSE KLANG der süßen Gitarre 北京",
];

// Values: a count by dictionaries and full tables in Python, of the code of google-research/rouge and of PETER's
// rouge.py without the 1e-8 that it adds to denominators (with it, 57.1428567347 for 57.14285714286); fractions can be
// checked by hand.
const cases: {
  name: string;
  pair: [string, string];
  options?: RougeOptions;
  rouge1: Values;
  rouge2: Values;
  rougeL: Values;
}[] = [
  {
    name: "google",
    pair: tuner,
    rouge1: [6 / 11, 6 / 10, 0.571428571429],
    rouge2: [2 / 10, 2 / 9, 0.210526315789],
    rougeL: [6 / 11, 6 / 10, 0.571428571429],
  },
  {
    name: "google with stems, of words of more than three letters",
    pair: bright,
    options: { stem: true },
    rouge1: [4 / 6, 4 / 9, 0.533333333333],
    rouge2: [2 / 5, 2 / 8, 0.307692307692],
    rougeL: [4 / 6, 4 / 9, 0.533333333333],
  },
  {
    name: "google stems no words of three letters",
    pair: ["the gas was", "the ga wa"],
    options: { stem: true },
    rouge1: [1 / 3, 1 / 3, 1 / 3],
    rouge2: [0, 0, 0],
    rougeL: [1 / 3, 1 / 3, 1 / 3],
  },
  {
    name: "google with beta 2",
    pair: tuner,
    options: { beta: 2 },
    rouge1: [6 / 11, 6 / 10, 0.588235294118],
    rouge2: [2 / 10, 2 / 9, 0.217391304348],
    rougeL: [6 / 11, 6 / 10, 0.588235294118],
  },
  {
    name: "google counts a word as often as both have it",
    pair: repeated,
    rouge1: [3 / 4, 3 / 6, 0.6],
    rouge2: [1 / 3, 1 / 5, 0.25],
    rougeL: [2 / 4, 2 / 6, 0.4],
  },
  {
    name: "peter counts a word once",
    pair: repeated,
    options: { dialect: "peter" },
    rouge1: [100 * 2 / 2, 100 * 2 / 5, 57.14285714286],
    rouge2: [100 * 1 / 2, 100 * 1 / 5, 28.57142857143],
    rougeL: [100 * 2 / 4, 100 * 2 / 6, 37.1428571428571],
  },
  {
    name: "peter keeps case and punctuation",
    pair: bright,
    options: { dialect: "peter" },
    rouge1: [100 * 2 / 6, 100 * 2 / 9, 26.666666666667],
    rouge2: [100 * 1 / 5, 100 * 1 / 8, 15.384615384615],
    rougeL: [100 * 2 / 6, 100 * 2 / 9, 24.761904761905],
  },
  {
    name: "peter has rougeL with beta of precision over recall, unless beta is given",
    pair: bright,
    options: { dialect: "peter", beta: 1 },
    rouge1: [100 * 2 / 6, 100 * 2 / 9, 26.666666666667],
    rouge2: [100 * 1 / 5, 100 * 1 / 8, 15.384615384615],
    rougeL: [100 * 2 / 6, 100 * 2 / 9, 26.666666666667],
  },
  {
    name: "ascii words lose and are cut at letters of other scripts",
    pair: foreign,
    rouge1: [5 / 7, 5 / 8, 0.666666666667],
    rouge2: [2 / 6, 2 / 7, 0.307692307692],
    rougeL: [5 / 7, 5 / 8, 0.666666666667],
  },
  {
    name: "unicode words are of any script",
    pair: foreign,
    options: { tokenize: "unicode" },
    rouge1: [5 / 7, 5 / 7, 5 / 7],
    rouge2: [2 / 6, 2 / 6, 1 / 3],
    rougeL: [5 / 7, 5 / 7, 5 / 7],
  },
  {
    name: "unicode words are not cut at combining marks",
    pair: ["हिन्दी", "हन द"],
    options: { tokenize: "unicode" },
    rouge1: [0, 0, 0],
    rouge2: [0, 0, 0],
    rougeL: [0, 0, 0],
  },
  {
    name: "unicode words are the same composed or not",
    pair: ["Cafe\u0301 हिन्दी", "café हिन्दी"],
    options: { tokenize: "unicode" },
    rouge1: [1, 1, 1],
    rouge2: [1, 1, 1],
    rougeL: [1, 1, 1],
  },
];

for (const { name, pair, options, ...expected } of cases) {
  Deno.test(`ROUGE: ${name}`, () => {
    const scores = rouge(...pair, options);
    assertScore(scores.rouge1, expected.rouge1, "rouge1", 1e-10);
    assertScore(scores.rouge2, expected.rouge2, "rouge2", 1e-10);
    assertScore(scores.rougeL, expected.rougeL, "rougeL", 1e-10);
  });
}

Deno.test("ROUGE-N takes other orders", () => {
  const [h, r] = ["a b c d e", "a b c d f"];
  assertScore(rougeN(h, r, 1), [4 / 5, 4 / 5, 4 / 5], "1", 1e-15);
  assertScore(rougeN(h, r, 3), [2 / 3, 2 / 3, 2 / 3], "3", 1e-15);
  assertScore(rougeN(h, r, 4, { dialect: "peter" }), [50, 50, 50], "4");
  assertScore(rougeN(h, r, 6), [0, 0, 0], "longer than both");
  assert.deepEqual(rougeN(...tuner, 2, { stem: true }), rouge(...tuner, { stem: true }).rouge2);
  for (const order of [0, -1, 1.5, NaN]) {
    assert.throws(() => rougeN(h, r, order), {
      name: "RangeError",
      message: `Cannot compute ROUGE-N: order is ${order}, expected an integer from 1 up`,
    });
  }
});

Deno.test("rougeLsum takes the union over the lines of the hypothesis, and clips hits", () => {
  // The first two: google-research/rouge, testRougeLsum. The third: Python, as above.
  const cases: [why: string, hypothesis: string, reference: string, values: Values][] = [
    ["Lin 2004, section 3.2", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5", [.4, .8, 0.533333333333]],
    ["no words", "/", "w1 w2 w3 w4 w5", [0, 0, 0]],
    [
      "sentences in another order",
      "The strings are bright.\nThey stay in tune.\nThe price is right.",
      "They stay in tune, and the price is right.\nThe sound of the strings is bright.",
      [11 / 12, 11 / 16, 11 / 14],
    ],
    ["a of both lines hits", "a b\na c", "a b c\na d", [1, 4 / 5, 8 / 9]],
    ["one a cannot hit twice", "a", "a\na", [1, 1 / 2, 2 / 3]],
    ["empty lines and Windows line ends are nothing", "a b\r\n\r\nc", "\na b\nc\n", [1, 1, 1]],
  ];
  for (const [why, hypothesis, reference, values] of cases) {
    assertScore(rougeLsum(hypothesis, reference), values, why);
  }
});

Deno.test("rougeLsum of single lines is rougeL", () => {
  for (const options of [{}, { stem: true }, { tokenize: "unicode", beta: 3 }] as const) {
    for (const pair of [tuner, bright, repeated, foreign]) {
      assert.deepEqual(rougeLsum(...pair, options), rouge(...pair, options).rougeL);
    }
  }
});

Deno.test("the corpus takes means, and of several references the best F kind by kind", () => {
  const { rouge1, rouge2, rougeL, rougeLsum: sum, signature } = corpusRouge(
    ["a b c d", "x"],
    [["c d a b", "a b c", "z"], ["x y"]],
  );
  assertScore(rouge1, [(1 + 1) / 2, (1 + .5) / 2, (1 + 2 / 3) / 2], "rouge1 of the first reference");
  assertScore(rouge2, [(2 / 3) / 2, (2 / 2) / 2, .8 / 2], "rouge2 of the second");
  assertScore(rougeL, [(3 / 4 + 1) / 2, (1 + .5) / 2, (6 / 7 + 2 / 3) / 2], "rougeL of the second");
  assert.deepEqual(sum, rougeL);
  assert.equal(signature, "ROUGE|dialect:google|nrefs:var|case:lc|tok:ascii|stem:no|f:1|v1");
});

Deno.test("rougeLsum of a corpus reads lines", () => {
  const [h, r] = ["a b\nc d", "c d\na b"];
  const { rougeL, rougeLsum: sum } = corpusRouge([h], [[r]]);
  assertScore(rougeL, [.5, .5, .5], "rougeL");
  assertScore(sum!, [1, 1, 1], "rougeLsum");
});

Deno.test({
  name: `the nlg-eval sample has its published ROUGE_L, and ROUGE in both dialects${ofSample.suffix}`,
  ignore: ofSample.ignore,
  async fn() {
    const { hypotheses, references } = await nlgEvalSample();
    // Published: nlg-eval's README, 0.522104. It has beta 1.2 (as COCO's caption code) and white space for a tokenizer.
    const { rougeL } = corpusRouge(hypotheses, references, { beta: 1.2, tokenize: "whitespace" });
    assertScore(rougeL, [0.55, 0.521978021978, 0.522103785415], "beta 1.2");
    // Python, as above.
    const google = corpusRouge(hypotheses, references);
    assertScore(google.rouge1, [0.55, 0.521978021978, 0.524296675192], "google rouge1");
    assertScore(google.rouge2, [1 / 3, 0.291666666667, 0.304761904762], "google rouge2");
    assertScore(google.rougeL, [0.55, 0.521978021978, 0.524296675192], "google rougeL");
    const peter = corpusRouge(hypotheses, references, { dialect: "peter" });
    assertScore(peter.rouge1, [55, 52.1978021978, 52.42966703122036], "peter rouge1", 1e-6);
    assertScore(peter.rouge2, [100 / 3, 29.1666666667, 30.47618999129253], "peter rouge2", 1e-6);
    assertScore(peter.rougeL, [55, 52.1978021978, 50.298399630472076], "peter rougeL", 1e-9);
    assert.equal(peter.rougeLsum, undefined);
  },
});

Deno.test("signatures name what makes a difference", () => {
  const cases: [RougeOptions | undefined, number | "var" | undefined, string][] = [
    [undefined, undefined, "ROUGE|dialect:google|nrefs:1|case:lc|tok:ascii|stem:no|f:1|v1"],
    [
      { stem: true, tokenize: "unicode" },
      2,
      "ROUGE|dialect:google|nrefs:2|case:lc|tok:unicode|stem:porter|f:1|v1",
    ],
    [
      { dialect: "peter" },
      "var",
      "ROUGE|dialect:peter|nrefs:var|case:mixed|tok:whitespace|stem:no|f:1,L:P/R|v1",
    ],
    [
      { dialect: "peter", beta: 1.2 },
      1,
      "ROUGE|dialect:peter|nrefs:1|case:mixed|tok:whitespace|stem:no|f:1.2|v1",
    ],
  ];
  for (const [options, references, expected] of cases) {
    assert.equal(rougeSignature(options, references), expected);
  }
});

Deno.test("ROUGE refuses what it cannot score", () => {
  const cases: [act: () => unknown, message: string][] = [
    [
      () => rouge("a", "a", { dialect: "perl" as "peter" }),
      'Cannot compute ROUGE: dialect is "perl", expected one of google, peter',
    ],
    [
      () => rouge("a", "a", { tokenize: "13a" as "ascii" }),
      'Cannot compute ROUGE: tokenize is "13a", expected one of ascii, unicode, whitespace',
    ],
    [
      () => rouge("a", "a", { beta: 0 }),
      "Cannot compute ROUGE: beta is 0, expected a number above 0 and up to 1e6",
    ],
    [
      () => rouge("a", "a", { beta: NaN }),
      "Cannot compute ROUGE: beta is NaN, expected a number above 0 and up to 1e6",
    ],
    [
      () => rougeLsum("a", "a", { dialect: "peter" }),
      "Cannot compute rougeLsum: dialect is peter, expected google",
    ],
    [() => corpusRouge([], []), "Cannot compute ROUGE: there are no hypotheses, expected at least one"],
    [
      () => corpusRouge(["a", "b"], [["a"], ["b"], ["c"]]),
      "Cannot compute ROUGE: there are 2 hypotheses and 3 sets of references, expected one set a hypothesis",
    ],
    [
      () => corpusRouge(["a", "b"], [["a"], []]),
      "Cannot compute ROUGE: references[1] is empty, expected at least one reference",
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { name: "RangeError", message });
  assert.throws(() => corpusRouge(["ab"], ["ab"] as unknown as string[][]), {
    name: "TypeError",
    message: "Cannot compute ROUGE: references[0] is string, expected an array of references",
  });
});
