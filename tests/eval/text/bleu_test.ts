import assert from "node:assert/strict";
import { join } from "node:path";
import { type BleuOptions, corpusBleu, sentenceBleu } from "../../../lib/eval/mod.ts";
import { close } from "../close.ts";
import { readZip } from "../../../lib/data/mod.ts";

const dogs = {
  hypotheses: ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."],
  references: [
    ["The dog bit the man.", "The dog had bit the man."],
    ["It was not unexpected.", "No one was surprised."],
    ["The man bit him first.", "The man had bitten the dog."],
  ],
};

Deno.test("corpus BLEU is sacreBLEU's", () => {
  // sacreBLEU's own tests (test_bleu.py), and its README for the orders.
  const cases: [options: BleuOptions, score: number, tolerance: number][] = [
    [{}, 48.530827, 1e-6],
    [{ smoothing: "none" }, 48.530827, 1e-6],
    [{ tokenize: "none" }, 49.1919566, 1e-7],
    [{ tokenize: "intl" }, 43.91623493, 1e-8],
    [{ maxOrder: 1 }, 77.65, 5e-3],
    [{ maxOrder: 2 }, 60.5, 5e-3],
    [{ maxOrder: 3 }, 53.93, 5e-3],
    [{ maxOrder: 5 }, 46.14, 5e-3],
    [{ maxOrder: 6 }, 43.28, 5e-3],
  ];
  for (const [options, score, tolerance] of cases) {
    close(
      corpusBleu(dogs.hypotheses, dogs.references, options).score,
      score,
      tolerance,
      JSON.stringify(options),
    );
  }
});

Deno.test("a score says what it is made of", () => {
  // By hand, from the tokens of 13a: 14 of 17 words match, 7 of 14 pairs, 5 of 11 triples, 3 of 8.
  const { score, ...parts } = corpusBleu(dogs.hypotheses, dogs.references);
  close(score, Math.exp(1 - 18 / 17) * 100 * (14 / 17 * 1 / 2 * 5 / 11 * 3 / 8) ** .25);
  assert.deepEqual(parts, {
    precisions: [100 * 14 / 17, 50, 100 * 5 / 11, 37.5],
    brevityPenalty: Math.exp(1 - 18 / 17),
    matches: [14, 7, 5, 3],
    totals: [17, 14, 11, 8],
    hypothesisLength: 17,
    referenceLength: 18,
    signature: "BLEU|dialect:sacrebleu|nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|order:4|v1",
  });
});

Deno.test("sentence BLEU is sacreBLEU's, by smoothing, tokenizer and case", () => {
  // sacreBLEU's test_sentence_bleu.py, of its issue 98.
  const reference = "producţia de zahăr brut se exprimă în zahăr alb;";
  const hypothesis = "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";
  const cases: [options: BleuOptions, score: number][] = [
    [{}, 8.493],
    [{ smoothing: "none" }, 0],
    [{ smoothing: "floor" }, 4.51688],
    [{ smoothing: "floor", smoothingValue: .5 }, 10.1],
    [{ smoothing: "add-k" }, 14.882],
    [{ smoothing: "add-k", smoothingValue: 2 }, 21.389],
    [{ tokenize: "none" }, 7.347],
    [{ tokenize: "intl" }, 8.493],
    [{ tokenize: "char" }, 40.8759],
    [{ tokenize: "char", lowercase: true }, 42.0267],
  ];
  for (const [options, score] of cases) {
    close(sentenceBleu(hypothesis, [reference], options).score, score, 1e-3, JSON.stringify(options));
  }
  const raw: BleuOptions = { smoothing: "floor", smoothingValue: .01, tokenize: "none" };
  const short: [hypothesis: string, reference: string, score: number][] = [
    ["this is a fest", "this is a test", 22.3606797749979],
    ["this is a test", "this is a test", 100],
    ["test", "a test", 36.78794411714425],
    ["a test", "a test", 100],
    ["a little test", "a test", 3.218297948685433],
  ];
  for (const [hypothesis, reference, score] of short) {
    close(sentenceBleu(hypothesis, [reference], raw).score, score, 1e-11, hypothesis);
  }
});

Deno.test("without any match the score is 0, whatever the smoothing", () => {
  for (const smoothing of ["exp", "floor", "add-k", "none"] as const) {
    assert.equal(sentenceBleu("this is a cat", ["okay thanks"], { smoothing }).score, 0, smoothing);
  }
  for (let k = 0; k < 8; k++) {
    const smoothing = `method${k}` as BleuOptions["smoothing"];
    assert.equal(sentenceBleu("this is a cat", ["okay thanks"], { dialect: "nltk", smoothing }).score, 0);
  }
});

Deno.test("NLTK's documented scores", () => {
  const hypothesis =
    "It is a guide to action which ensures that the military always obeys the commands of the party";
  const references = [
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the command of the Party",
    "It is the practical guide for the army always to heed the directions of the party",
  ];
  const nltk = (smoothing: BleuOptions["smoothing"]): BleuOptions => ({ dialect: "nltk", smoothing });
  close(sentenceBleu(hypothesis, references, nltk("method0")).score, 0.5045666840058485, 1e-15);
  // bleu_score.py of NLTK 3.8, against the first reference alone.
  const first = [references[0]];
  const documented = [.4118, .4118, .4452, .4118, .4118, .4905, .4135, .4905];
  documented.forEach((score, k) => {
    const actual = sentenceBleu(hypothesis, first, nltk(`method${k}` as BleuOptions["smoothing"])).score;
    close(actual, score + 5e-5, 5e-5, `method${k}`);
  });
});

/** Random sentences scored by NLTK 3.8 itself; null where its method6 fails, there being no match of three words. */
const scoredByNltk: [hypothesis: string, references: string[], scores: (number | null)[]][] = [
  ["guide", ["party the a", "a heed"], [0, 0, 0, 0, 0, 0, 0, 0]],
  ["the obeys", ["the obeys party", "the obeys the"], [
    9.047424648113057e-155,
    0.19180183554164504,
    0.42888194248035344,
    0.36064528799877893,
    0.13427896671164932,
    0.23680351801537006,
    null,
    0.2643854822896133,
  ]],
  ["ensures heed a", ["forever the a the", "the heed a of"], [
    8.121328445417258e-155,
    0.17216896116316355,
    0.41368954504257255,
    0.32372956394183194,
    0.15174681566793558,
    0.1791113168293471,
    null,
    0.2293185096828756,
  ]],
  [
    "commands a heed action commands",
    ["of a heed action commands a heed", "commands a party military commands guide"],
    [
      0.688467755321249,
      0.688467755321249,
      0.7398067488982616,
      0.688467755321249,
      0.688467755321249,
      0.7172496768269164,
      0.7877790120968297,
      0.7172496768269164,
    ],
  ],
  [
    "action to that of which that to a heed",
    ["action to that of a that to of party", "a heed ensures of heed that a action heed a the"],
    [
      0.4032989116748133,
      0.4032989116748133,
      0.5019724248795793,
      0.4032989116748133,
      0.4032989116748133,
      0.47995588570539616,
      0.43239068602769304,
      0.47995588570539616,
    ],
  ],
  [
    "which which action forever heed forever ensures military action which party obeys forever guide",
    [
      "which which action forever heed of party military a which party obeys forever guide action which",
      "which which to forever heed forever ensures military action which party obeys forever guide",
    ],
    [
      0.9764540896763105,
      0.9764540896763105,
      0.978482042633557,
      0.9764540896763105,
      0.9764540896763105,
      1.0779481461373999,
      0.9839948356327152,
      1.0779481461373999,
    ],
  ],
];

Deno.test("every smoothing of NLTK gives NLTK's score, for sentences of 1 to 14 words", () => {
  for (const [hypothesis, references, scores] of scoredByNltk) {
    scores.forEach((score, k) => {
      const smoothing = `method${k}` as BleuOptions["smoothing"];
      const actual = sentenceBleu(hypothesis, references, { dialect: "nltk", smoothing }).score;
      if (score === null) assert.ok(actual >= 0 && actual <= 1, `${hypothesis}, method${k}: ${actual}`);
      else close(actual, score, 1e-14, `${hypothesis}, method${k}`);
    });
  }
  const hypotheses = scoredByNltk.map(([hypothesis]) => hypothesis);
  const references = scoredByNltk.map(([, references]) => references);
  const corpus = [0.6466174285809169, 0.6466174285809169, 0.656463497997379, 0.6466174285809169];
  corpus.forEach((score, k) => {
    const smoothing = `method${k}` as BleuOptions["smoothing"];
    close(corpusBleu(hypotheses, references, { dialect: "nltk", smoothing }).score, score, 1e-14);
  });
});

Deno.test("dialect nmt takes the shortest reference, smooths nothing, and gives empty output 0", () => {
  const nmt = (hypotheses: string[], references: string[][]) =>
    corpusBleu(hypotheses, references, { dialect: "nmt", maxOrder: 2 });
  // 3 of 4 words and 2 of 3 pairs match, 4 words against 4.
  close(nmt(["the food was bad"], [["the food was good"]]).score, 100 * Math.sqrt(3 / 4 * 2 / 3));
  // 2 of 2 words and 1 of 1 pairs, 2 words against 3, the shorter of two references.
  close(nmt(["the food"], [["the food was good", "the food was"]]).score, 100 * Math.exp(1 - 3 / 2));
  assert.equal(nmt(["the was"], [["the food was good"]]).score, 0);
  assert.equal(nmt(["", ""], [["a"], ["b"]]).score, 0);
});

Deno.test("the reference closest in length counts, of two the shorter", () => {
  const length = (hypothesis: string, ...references: string[]) =>
    corpusBleu([hypothesis], [references], { tokenize: "none" }).referenceLength;
  assert.equal(length("a a a a", "a a a a a a a", "a a"), 2);
  assert.equal(length("a a a a", "a a a a a", "a a a"), 3);
  assert.equal(length("a a a a", "a a a", "a a a a a"), 3);
});

Deno.test("an empty reference beside others stands for a missing one, as sacreBLEU has it", () => {
  const { score, signature } = corpusBleu(["a b c d", "e f g h"], [["a b c d", ""], ["e f g x", "e f g h"]]);
  assert.equal(score, 100);
  assert.match(signature, /\|nrefs:var\|/);
  assert.equal(corpusBleu(["a b c d"], [["", "a b c d"]]).referenceLength, 4);
  assert.equal(corpusBleu(["a b c d"], [[""]]).score, 0);
});

Deno.test("texts of nothing score 0 in every dialect, and count among others", () => {
  const half = {
    sacrebleu: 100 / Math.E,
    nmt: 100 / Math.E,
    nltk: (4 / 5 * 3 / 4 * 2 / 3 / 2) ** .25 / Math.E,
  };
  for (const dialect of ["sacrebleu", "nltk", "nmt"] as const) {
    assert.equal(corpusBleu([""], [[""]], { dialect }).score, 0, dialect);
    assert.equal(corpusBleu(["", ""], [["a b"], ["c"]], { dialect }).score, 0, dialect);
    // Half as long as the references; NLTK takes an empty text to hold one n-gram of each order.
    const { score } = corpusBleu(["a b c d", ""], [["a b c d"], ["e f g h"]], { dialect });
    close(score, half[dialect], 1e-12, dialect);
  }
});

Deno.test("a line of a million characters is a line", () => {
  const line = Array.from({ length: 170_000 }, (_, i) => `w${i % 9973}`).join(" ");
  close(sentenceBleu(line, [line]).score, 100, 1e-9);
});

const data = Deno.env.get("EQUIPOISE_DATA");
Deno.test({
  name: `WMT15 sample: the scores of multi-bleu.perl and mteval-v13a.pl${
    data === undefined ? " (skipped: EQUIPOISE_DATA is not set)" : ""
  }`,
  ignore: data === undefined,
  async fn() {
    const files = await readZip(join(data!, "metric-refs", "nltk-wmt15", "wmt15_eval.zip"));
    const lines = (name: string) => files.get(`wmt15_eval/${name}`)!.trimEnd().split("\n");
    const hypotheses = lines("google.ru"), references = lines("ref.ru").map((line) => [line]);
    // README.txt: BLEU = 23.17, 53.8/29.6/17.6/10.3 (BP=1.000, ratio=1.074, hyp_len=1989, ref_len=1852)
    const multiBleu = corpusBleu(hypotheses, references, { tokenize: "none", smoothing: "none" });
    assert.equal(multiBleu.score.toFixed(2), "23.17");
    assert.deepEqual(multiBleu.precisions.map((p) => p.toFixed(1)), ["53.8", "29.6", "17.6", "10.3"]);
    assert.deepEqual(
      [multiBleu.brevityPenalty, multiBleu.hypothesisLength, multiBleu.referenceLength],
      [1, 1989, 1852],
    );
    const nltk = corpusBleu(hypotheses, references, { dialect: "nltk" });
    close(nltk.score, 0.23168256941453305, 1e-15, "NLTK 3.8 on the same files");

    // mteval-13a.output: length ratio 1998/1862, cumulative BLEU of orders 1 to 9.
    // It was given the tokenized output, but the references as they are.
    const raw = lines("newstest-2015-100sents.en-ru.ref.ru").map((line) => [line]);
    const cumulative = [.5415, .4012, .3044, .2318, .1784, .1362, .1031, .0754, .0493];
    cumulative.forEach((score, n) => {
      const mteval = corpusBleu(hypotheses, raw, { smoothing: "none", maxOrder: n + 1 });
      assert.equal((mteval.score / 100).toFixed(4), score.toFixed(4), `order ${n + 1}`);
      assert.deepEqual([mteval.hypothesisLength, mteval.referenceLength], [1998, 1862]);
    });
  },
});

Deno.test("what cannot be is refused with what would do", () => {
  const cases: [call: () => unknown, message: string][] = [
    [() => corpusBleu([], []), "Cannot compute corpus BLEU: there are no hypotheses, expected at least one"],
    [
      () => corpusBleu(["a"], [["a"], ["b"]]),
      "Cannot compute corpus BLEU: there are 1 hypotheses and 2 sets of references, expected one set a hypothesis",
    ],
    [
      () => corpusBleu(["a", "b"], [["a"], []]),
      "Cannot compute corpus BLEU: references[1] is empty, expected at least one reference",
    ],
    [
      () => sentenceBleu("a", []),
      "Cannot compute sentence BLEU: references is empty, expected at least one reference",
    ],
    [
      () => sentenceBleu("a", ["a"], { dialect: "bleu" as "nltk" }),
      'Cannot compute sentence BLEU: dialect is "bleu", expected one of sacrebleu, nltk, nmt',
    ],
    [
      () => sentenceBleu("a", ["a"], { tokenize: "13b" as "13a" }),
      'Cannot compute sentence BLEU: tokenize is "13b", expected one of 13a, intl, char, none',
    ],
    [
      () => sentenceBleu("a", ["a"], { smoothing: "method1" }),
      'Cannot compute sentence BLEU: smoothing of dialect sacrebleu is "method1", expected one of exp, floor, ' +
      "add-k, none",
    ],
    [
      () => corpusBleu(["a"], [["a"]], { dialect: "nltk", smoothing: "method5" }),
      'Cannot compute corpus BLEU: smoothing "method5" is defined for sentences, expected method0 to method4, ' +
      "or sentenceBleu",
    ],
    [
      () => corpusBleu(["a"], [["a"]], { maxOrder: 0 }),
      "Cannot compute corpus BLEU: maxOrder is 0, expected an integer from 1 to 16",
    ],
    [
      () => corpusBleu(["a"], [["a"]], { smoothing: "floor", smoothingValue: -1 }),
      "Cannot compute corpus BLEU: smoothingValue is -1, expected a finite number from 0 up",
    ],
    [
      () => corpusBleu(["a"], [["a"]], { smoothingValue: 1 }),
      'Cannot compute corpus BLEU: smoothing "exp" takes no smoothingValue, expected one of floor, add-k, ' +
      "method1, method4, method6, method7",
    ],
    [
      () => corpusBleu(["a"], [["a"]], { dialect: "nltk", effectiveOrder: true }),
      "Cannot compute corpus BLEU: dialect nltk has no effectiveOrder, expected dialect sacrebleu",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
  assert.throws(() => corpusBleu(["a"], ["a"] as unknown as string[][]), {
    name: "TypeError",
    message: "Cannot compute corpus BLEU: references[0] is string, expected an array of references",
  });
});
