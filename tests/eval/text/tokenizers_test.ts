import assert from "node:assert/strict";
import fc from "fast-check";
import { tokenize13a } from "../../../lib/eval/mod.ts";
import { splitWords, tokenize, tokenizerNames } from "../../../lib/eval/text/tokenizers.ts";

Deno.test("13a cuts off ASCII punctuation, but not within numbers", () => {
  const cases: [line: string, tokenized: string][] = [
    ["", ""],
    ["   ", ""],
    ["The dog bit the man.", "The dog bit the man ."],
    ["It wasn't surprising.", "It wasn't surprising ."],
    ["Hi,you (too)!", "Hi , you ( too ) !"],
    ["It costs $1,234.56, no?", "It costs $ 1,234.56 , no ?"],
    [".5 and 5.", ". 5 and 5 ."],
    ["a well-known 20-year-old", "a well-known 20 - year-old"],
    ["1.-", "1 . -"],
    ["&quot;A&quot; &amp; B &lt;b&gt;", '" A " & B < b >'],
    ["&amp;quot;", "& quot ;"],
    ["over-\nlapping\nlines", "overlapping lines"],
    ["a<skipped>b", "ab"],
    ["x/y [z] {w} ~", "x / y [ z ] { w } ~"],
    ["e.g. U.S.A.", "e . g . U . S . A ."],
    ["«Привет», сказал он.", "«Привет» , сказал он ."],
    ["caf\u00e9\u00a0noir\u3000\t2", "caf\u00e9 noir 2"],
    ["👍.👍", "👍 . 👍"],
  ];
  for (const [line, tokenized] of cases) assert.equal(tokenize13a(line), tokenized, JSON.stringify(line));
});

Deno.test("each tokenizer cuts its own way", () => {
  const line = " Café «1,5» a-b €9.👍 ";
  assert.deepEqual(tokenize(line, "none"), ["Café", "«1,5»", "a-b", "€9.👍"]);
  assert.deepEqual(tokenize(line, "13a"), ["Café", "«1,5»", "a-b", "€9", ".", "👍"]);
  assert.deepEqual(tokenize(line, "intl"), ["Café", "«", "1,5", "»", "a", "-", "b", "€", "9", ".", "👍"]);
  assert.deepEqual(tokenize(line, "char"), [..."Café«1,5»a-b€9.👍"]);
});

Deno.test("white space is what Python's str.split takes for it", () => {
  assert.deepEqual(splitWords("a\x1cb\x1fc\x85d\u2028e\ufefff\u200bg"), [
    "a",
    "b",
    "c",
    "d",
    "e\ufefff\u200bg",
  ]);
});

Deno.test("no tokenizer makes or loses a character that is not blank, of text without escapes", () => {
  const text = fc.string({ unit: "grapheme" }).filter((text) => !/&|<skipped>|-\n/.test(text));
  fc.assert(fc.property(text, (text) => {
    for (const name of tokenizerNames) {
      const words = tokenize(text, name);
      assert.ok(words.every((word) => word !== ""), name);
      assert.equal(words.join(""), splitWords(text).join(""), name);
    }
  }));
});
