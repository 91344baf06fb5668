import assert from "node:assert/strict";
import fc from "fast-check";
import { type BleuOptions, selfBleu, sentenceBleu } from "../../../lib/eval/mod.ts";
import { close } from "../close.ts";

const outputs = fc.array(
  fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 9 }).map((words) => words.join(" ")),
  { minLength: 2, maxLength: 8 },
);

const settings: BleuOptions[] = [
  {},
  { maxOrder: 2, smoothing: "floor" },
  { dialect: "nltk", smoothing: "method1" },
  { dialect: "nltk", smoothing: "method4", maxOrder: 3 },
  { dialect: "nltk", smoothing: "method7" },
  { dialect: "nmt", maxOrder: 2 },
];

Deno.test("self-BLEU is the mean BLEU of each output against all the others", () => {
  fc.assert(fc.property(outputs, fc.constantFrom(...settings), (outputs, options) => {
    const each = outputs.map((output, i) => sentenceBleu(output, outputs.toSpliced(i, 1), options).score);
    const mean = each.reduce((sum, score) => sum + score, 0) / outputs.length;
    close(selfBleu(outputs, options).score, mean, 1e-9, JSON.stringify(options));
  }));
});

Deno.test("outputs that are all equal score the most, outputs without a common word the least", () => {
  close(selfBleu(new Array(5).fill("the same old song again")).score, 100, 1e-10);
  assert.equal(selfBleu(["a b c d e", "f g h i j", "k l m n o"]).score, 0);
  assert.equal(selfBleu(["", ""]).score, 0);
  assert.equal(
    selfBleu(["a", "b", "c"], { dialect: "nltk", smoothing: "method1" }).signature,
    "self-BLEU|dialect:nltk|nrefs:2|case:mixed|eff:no|tok:none|smooth:method1[0.1]|order:4|v1",
  );
});

Deno.test("a single output has no others", () => {
  assert.throws(() => selfBleu(["a"]), {
    name: "RangeError",
    message: "Cannot compute self-BLEU: the number of outputs is 1, expected at least 2",
  });
});
