import assert from "node:assert/strict";
import fc from "fast-check";
import { commonCasing, readable, wordsOf } from "../../../lib/explain/mod.ts";

Deno.test("words become a sentence that people would write", () => {
  const cases: [words: string, sentence: string][] = [
    ["i love this guitar , it 's great .", "I love this guitar, it's great."],
    ["i love this guitar it's great", "I love this guitar it's great."],
    ["works great . i'm happy !", "Works great. I'm happy!"],
    ["it does n't buzz and i 'd buy it again", "It doesn't buzz and I'd buy it again."],
    [
      "the 12-string ( and its case ) cost $ 9.5 or 1,000 ?",
      "The 12-string (and its case) cost $9.5 or 1,000?",
    ],
    ['he said " great tone " twice', 'He said "great tone" twice.'],
    ["98 % of it", "98% of it."],
    ["i", "I."],
    ["in it i saw it", "In it I saw it."],
    ["the <unk> has <num> strings", "The … has … strings."],
    ["it sounds <unk>", "It sounds …"],
    ["<sos> great sound <eos> <pad> <pad>", "Great sound."],
    ["9 volt battery", "9 volt battery."],
    ["", ""],
    ["<sos> <eos>", ""],
  ];
  for (const [words, sentence] of cases) {
    assert.equal(readable(words.split(" ").filter((word) => word !== "")), sentence, words);
  }
});

Deno.test("names are written as reviews write them inside sentences", () => {
  const casing = commonCasing([
    "My Fender is better than the USB one.",
    "Great Fender, D'Addario strings.",
    "I DO NOT LIKE THE TONE",
    "Tone is what the tone is.",
    "What a Tone, all tone.",
  ]);
  assert.deepEqual([...casing].sort(), [["d'addario", "D'Addario"], ["fender", "Fender"], ["usb", "USB"]]);
  assert.equal(
    readable("usb and d'addario on my fender".split(" "), casing),
    "USB and D'Addario on my Fender.",
  );
});

Deno.test("what a sentence says is what its words say", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(fc.constantFrom("I", "it's", "9.5", "1,000", "ß", "ŉa", "ǆ", "B-52", ".", ",", "!", "Été", "i"))
      .map((parts) => parts.join(" ")),
  );
  fc.assert(fc.property(text, (text) => {
    const words = wordsOf(text);
    assert.deepEqual(wordsOf(readable(words)), words);
  }));
});
