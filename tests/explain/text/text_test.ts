import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanText, isEnglish, isNumber, splitSentences, wordsOf } from "../../../lib/explain/mod.ts";

Deno.test("cleaning takes out what is no language, and keeps case", () => {
  const cases: [text: string, clean: string][] = [
    ["", ""],
    ["  A   word\n\tmore ", "A word more"],
    ["A <b>bold</b> word<br/>more", "A bold word more"],
    ["3 < 4 and 5 > 4", "3 < 4 and 5 > 4"],
    ["See https://a.b/c?d=e. Or www.x.org now", "See Or now"],
    ["&#34;Quoted&#34; &amp; &lt;fine&gt; &unknown; &#x41;", '"Quoted" & <fine> A'],
    ["It’s “good”", 'It\'s "good"'],
    ["Wow!!! Really?!? Yes.... no,, -- so", "Wow! Really? Yes. no, - so"],
    ["quite affordable.I did. V.I.P. 1234.56 e.g.This", "quite affordable. I did. V.I.P. 1234.56 e.g.This"],
    ["Love it 😍👍🏽 ❤️ 🇩🇪!", "Love it !"],
    ["zero\u200bwidth\u0000nul", "zero width nul"],
    ["Très bien, 很好", "Très bien, 很好"],
  ];
  for (const [text, clean] of cases) assert.equal(cleanText(text), clean, text);
});

Deno.test("cleaning twice changes nothing more, whatever the text", () => {
  const text = fc.array(fc.constantFrom("a", "B", ".", "!", "<", ">", " ", "'", "😀", "é", "\n", "4", "—"))
    .map((parts) => parts.join(""));
  fc.assert(fc.property(text, (text) => {
    const clean = cleanText(text);
    assert.equal(cleanText(clean), clean);
  }));
});

Deno.test("sentences keep numbers, abbreviations and case; missing blanks are made up for", () => {
  const cases: [text: string, sentences: string[]][] = [
    ["It cost $1234.56 in all. Not bad!", ["It cost $1234.56 in all.", "Not bad!"]],
    ["Use it daily, e.g. on stage. OK", ["Use it daily, e.g. on stage.", "OK"]],
    ["It is affordable.I did not know.", ["It is affordable.", "I did not know."]],
    ["One line\nanother", ["One line another"]],
    ["Great!!!!! Loved it :) 😀", ["Great!", "Loved it :)"]],
    ["  ", []],
    ["😀😀", []],
  ];
  for (const [text, sentences] of cases) assert.deepEqual(splitSentences(text), sentences, text);
});

Deno.test("a megabyte without a blank or a sentence end is split in linear time", () => {
  const texts = [
    "a".repeat(1 << 20),
    "<".repeat(1 << 20),
    "a.".repeat(1 << 19),
    "!".repeat(1 << 20),
    "&#".repeat(1 << 19),
  ];
  for (const text of texts) {
    const start = performance.now();
    splitSentences(text).map(wordsOf);
    assert.ok(performance.now() - start < 5000, text.slice(0, 4));
  }
});

Deno.test("words are lower case, whole with apostrophes, hyphens and decimals, and no punctuation", () => {
  const cases: [sentence: string, words: string[]][] = [
    ["It doesn't rattle!", ["it", "doesn't", "rattle"]],
    ["A well-made set-up, 9.5 of 10 (1,000 sold).", [
      "a",
      "well-made",
      "set-up",
      "9.5",
      "of",
      "10",
      "1,000",
      "sold",
    ]],
    ["'quoted' - and --dashed--", ["quoted", "and", "dashed"]],
    ["Füße ÉCLAIR 琴", ["füße", "éclair", "琴"]],
    ["😀 ... !", []],
  ];
  for (const [sentence, words] of cases) assert.deepEqual(wordsOf(sentence), words, sentence);
});

Deno.test("numbers are digits with points and commas inside", () => {
  for (const word of ["7", "9.5", "1,000"]) assert.ok(isNumber(word), word);
  for (const word of ["a", "5th", "b2", ""]) assert.ok(!isNumber(word), word);
});

Deno.test("English is told from other languages by script and common words; short texts pass", () => {
  const cases: [text: string, english: boolean][] = [
    ["This is the best set of strings that I have ever had on my guitar, and they last.", true],
    ["Great", true],
    [
      "Muy buen producto, llegó a tiempo y en perfectas condiciones, lo recomiendo a todos los músicos",
      false,
    ],
    ["Das Produkt ist sehr gut verarbeitet und klingt hervorragend, ich kann es nur weiterempfehlen", false],
    ["Produit de très bonne qualité, je le recommande à tous les musiciens qui cherchent un bon son", false],
    ["Очень хорошие струны", false],
    ["很好的吉他 很好的吉他", false],
  ];
  for (const [text, english] of cases) assert.equal(isEnglish(wordsOf(text)), english, text);
});
