import assert from "node:assert/strict";
import { corpusChrf, sentenceChrf } from "../../../lib/eval/text/chrf.ts";
import { type ChrfOptions, chrfSignature } from "../../../lib/eval/text/chrf_options.ts";
import { nlgEvalSample, ofSample } from "./nlg_eval_sample.ts";
import { close } from "../close.ts";

const sector = [
  " risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
  "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
];
const obama = [
  " Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. ",
  "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
];

// sacreBLEU 2, test/test_chrf.py: corpora of one reference, character order 6, beta 3.
Deno.test("sacreBLEU's test corpora have their published chrF", () => {
  const everyOrder: [hypotheses: string[], references: string[], score: number][] = [
    [["abcdefg"], ["hijklmnop"], 0],
    [["a"], ["b"], 0],
    [[""], ["b"], 0],
    [[""], ["reference"], 0],
    [["aa"], ["ab"], 8.3333],
    [["a", "b"], ["a", "c"], 8.3333],
    [["a"], ["a"], 16.6667],
    [["a b c"], ["a b c"], 50],
    [["a b c"], ["abc"], 50],
    [
      ["Niemand hat die Absicht, eine Mauer zu errichten"],
      ["Niemand hat die Absicht, eine Mauer zu errichten"],
      100,
    ],
  ];
  const sharedOrders: typeof everyOrder = [
    [["a"], ["a"], 100],
    [[""], ["reference"], 0],
    [["a b c"], ["a b c"], 100],
    [["a b c"], ["abc"], 100],
    [[""], ["c"], 0],
    [["a", "b"], ["a", "c"], 50],
    [["aa"], ["ab"], 25],
    // Values from before 2.0, still tested to 1e-4 there although for the mean of all orders.
    [[sector[0]], [sector[1]], 63.361730],
    [[obama[0]], [obama[1]], 64.1302698],
  ];
  const withSpace: typeof everyOrder = [
    [["Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich."], [obama[1]], 67.3481606],
    [[sector[0].trimStart()], [sector[1]], 65.2414427],
  ];
  const tables: [typeof everyOrder, ChrfOptions][] = [
    [everyOrder, { epsSmoothing: true }],
    [sharedOrders, {}],
    [withSpace, { whitespace: true }],
  ];
  for (const [table, options] of tables) {
    for (const [hypotheses, references, expected] of table) {
      const { score } = corpusChrf(hypotheses, references.map((text) => [text]), { beta: 3, ...options });
      // Published to as many digits.
      close(score, expected, expected > 60 ? 5e-7 : 5e-5, `${hypotheses}`);
    }
  }
});

Deno.test("sacreBLEU's test sentences have their published chrF2", () => {
  const cases: [hypothesis: string, reference: string, score: number][] = [
    [
      "Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.",
      "Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.",
      39.14078509,
    ],
    [
      "Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.",
      "A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.",
      31.22557079,
    ],
    [
      "Lapali po dechu, jejich životy skončily dřív, než skutečně začaly.",
      "Lapali po dechu a pak jejich život skončil - dřív, než skutečně mohl začít, připomněli.",
      57.15704367,
    ],
  ];
  for (const [hypothesis, reference, score] of cases) {
    close(sentenceChrf(hypothesis, [reference], { epsSmoothing: true }).score, score, 1e-8, hypothesis);
  }
});

// Values from here on: a count by dictionaries in Python, of the code of sacreBLEU 2.
const segments: [hypothesis: string, references: string[]][] = [
  [
    "The guitar tuner works great, and the battery lasts for weeks.",
    ["This tuner works well; the battery lasted for many weeks."],
  ],
  ["süße Klänge 🎸🎸", ["süßer Klang 🎸🎸🎸"]],
  ["(nice) strings!", ["nice strings", "(nice) string!!"]],
  ["a", ["abcdef"]],
  ["Great Tone", ["great tone"]],
];

Deno.test("chrF of sentences, by option", () => {
  const columns: [ChrfOptions, scores: number[]][] = [
    [{}, [54.10251549586778, 26.2827181669157, 83.40030340030341, 20, 33.30026455026455]],
    [{ wordOrder: 2 }, [51.097252632954365, 19.71203862518678, 76.09189421689422, 10, 24.97519841269841]],
    [{ lowercase: true }, [54.10251549586778, 26.2827181669157, 83.40030340030341, 20, 100]],
    [{ whitespace: true }, [61.088830387867525, 29.796228046375408, 84.8024198024198, 20, 40.31746031746031]],
    [{ epsSmoothing: true }, [
      54.102434804994594,
      26.282509629715037,
      83.4003034003034,
      3.3333333333333326,
      33.30026455026455,
    ]],
    [{ beta: 3, charOrder: 4 }, [
      63.078151692501194,
      39.097466929485954,
      85.65601065601065,
      18.181818181818183,
      49.95039682539682,
    ]],
  ];
  for (const [options, scores] of columns) {
    segments.forEach(([hypothesis, references], i) => {
      const { score, signature } = sentenceChrf(hypothesis, references, options);
      close(score, scores[i], 1e-10, `${JSON.stringify(options)} of "${hypothesis}"`);
      assert.equal(signature, chrfSignature(options, references.length));
    });
  }
});

Deno.test("chrF of a corpus sums counts, and takes each segment's best reference", () => {
  const hypotheses = segments.map(([hypothesis]) => hypothesis);
  const references = segments.map(([, references]) => references);
  close(corpusChrf(hypotheses, references).score, 51.267617547034064, 1e-10);
  close(corpusChrf(hypotheses, references, { wordOrder: 2 }).score, 46.99197048320613, 1e-10);
  assert.equal(corpusChrf(hypotheses, references).signature, chrfSignature({}, "var"));
});

Deno.test("orders that a reference is too short for do not count, and the first of equal references does", () => {
  close(corpusChrf(["abcdef", "abcdef"], [["ab"], ["abcdef"]]).score, 97.29064039408867, 1e-10);
  close(corpusChrf(["abc", "xyz"], [["abc"], ["uvw", "u"]]).score, 50, 1e-10);
  close(corpusChrf(["abc", "xyz"], [["abc"], ["u", "uvw"]]).score, 89.86928104575163, 1e-10);
});

Deno.test({
  name: `chrF of the nlg-eval sample${ofSample.suffix}`,
  ignore: ofSample.ignore,
  async fn() {
    const { hypotheses, references } = await nlgEvalSample();
    close(corpusChrf(hypotheses, references).score, 48.79224760694192, 1e-10);
    close(corpusChrf(hypotheses, references, { wordOrder: 2 }).score, 47.63715004923111, 1e-10);
  },
});

Deno.test("chrF++ cuts one ASCII punctuation mark off a word, the last or else the first", () => {
  const words = (hypothesis: string, reference: string) =>
    sentenceChrf(hypothesis, [reference], { wordOrder: 1, charOrder: 1, beta: 1 }).score;
  // Without white space the characters are the same: P and R are (1 + those of the words) / 2.
  close(words("hi)", "hi )"), 100, 1e-12);
  close(words("(hi)", "( hi )"), 100 * 2 * (3 / 4) * (2 / 3) / (3 / 4 + 2 / 3), 1e-12);
  close(words("'tis", "' tis"), 100, 1e-12);
  close(words("»x«", "» x «"), 50, 1e-12);
});

Deno.test("an empty reference beside others stands for a missing one", () => {
  // Were it the best of those that score 0, the segment would not count at all.
  const [hypotheses, references] = [["abc", "xyz"], [["abc"], ["", "uvw"]]];
  close(corpusChrf(hypotheses, references).score, corpusChrf(hypotheses, [["abc"], ["uvw"]]).score, 0);
  close(corpusChrf(hypotheses, references).score, 50, 1e-12);
  assert.match(corpusChrf(hypotheses, references).signature, /nrefs:1/);
});

Deno.test("characters are code points", () => {
  // The halves of two different emoji of one block have one half in common.
  assert.equal(sentenceChrf("🎸", ["🎹"]).score, 0);
  close(sentenceChrf("🎸🎹", ["🎸🎺"], { charOrder: 1 }).score, 50, 1e-12);
});

Deno.test("signatures have sacreBLEU's fields", () => {
  const cases: [ChrfOptions | undefined, number | "var" | undefined, string][] = [
    [undefined, undefined, "chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|v1"],
    [{ wordOrder: 2, lowercase: true }, 4, "chrF2++|nrefs:4|case:lc|eff:yes|nc:6|nw:2|space:no|v1"],
    [
      { beta: 3, charOrder: 4, whitespace: true, epsSmoothing: true },
      "var",
      "chrF3|nrefs:var|case:mixed|eff:no|nc:4|nw:0|space:yes|v1",
    ],
  ];
  for (const [options, references, expected] of cases) {
    assert.equal(chrfSignature(options, references), expected);
  }
});

Deno.test("chrF refuses what it cannot score", () => {
  const cases: [act: () => unknown, message: string][] = [
    [
      () => sentenceChrf("a", ["a"], { charOrder: 0 }),
      "Cannot compute chrF: charOrder is 0, expected an integer from 1 to 16",
    ],
    [
      () => sentenceChrf("a", ["a"], { wordOrder: 1.5 }),
      "Cannot compute chrF: wordOrder is 1.5, expected an integer from 0 to 16",
    ],
    [
      () => sentenceChrf("a", ["a"], { beta: -1 }),
      "Cannot compute chrF: beta is -1, expected a number above 0 and up to 1e6",
    ],
    [
      () => sentenceChrf("a", []),
      "Cannot compute chrF: references is empty, expected at least one reference",
    ],
    [() => corpusChrf([], []), "Cannot compute chrF: there are no hypotheses, expected at least one"],
    [
      () => corpusChrf(["a", "b"], [["a"]]),
      "Cannot compute chrF: there are 2 hypotheses and 1 sets of references, expected one set a hypothesis",
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { name: "RangeError", message });
});
