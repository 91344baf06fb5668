import assert from "node:assert/strict";
import fc from "fast-check";
import { porterStem } from "../../../lib/eval/text/porter_stemmer.ts";

/**
 * Words and their stems. Stems: NLTK 3.8, `nltk.stem.porter.PorterStemmer().stem`, by rule; many words are the
 * examples of Porter's paper.
 */
const stems: Record<string, string> = {
  "irregular forms": `
    sky sky, skies sky, dying die, lying lie, tying tie, news news, inning inning, innings inning,
    outing outing, outings outing, canning canning, cannings canning, howe howe, proceed proceed,
    exceed exceed, succeed succeed`,
  "words of one or two letters stay, and lose their case": "a a, is is, as as, US us, By by",
  "step 1a, plurals": `
    caresses caress, ponies poni, ties tie, dies die, flies fli, cats cat, caress caress, gas ga,
    this thi, bus bu, guitars guitar, weaknesses weak`,
  "step 1b, past tenses and participles": `
    feed feed, agreed agre, need need, died die, spied spi, tried tri, plastered plaster, bled bled,
    motoring motor, sing sing, string string, bring bring, being be`,
  "step 1b, what is left of them": `
    conflated conflat, troubled troubl, sized size, hopping hop, tanned tan, falling fall,
    hissing hiss, fizzed fizz, failing fail, filing file, hoping hope, tuned tune, tuning tune,
    strumming strum, egged eg, using use, aging age, abed abe, operating oper, utilizing util,
    timetabled timet, boxing box, bowed bow, considered consid,
    yoking yoke`,
  "step 1c, final y": `
    happy happi, sky sky, enjoy enjoy, spy spi, fly fli, by by, say say, toy toy, quality qualiti,
    syzygy syzygi`,
  "step 2, double suffixes": `
    relational relat, conditional condit, rational ration, valency valenc, hesitancy hesit,
    digitizer digit, conformably conform, possibly possibl, radically radic, really realli,
    vilely vile, differently differ, analogously analog, vietnamization vietnam, predication predic,
    operator oper, feudalism feudal, decisiveness decis, hopefulness hope, callousness callous,
    formality formal, sensitivity sensit, sensibility sensibl, generational gener,
    rationalism ration, personality person, talkativeness talk`,
  "step 2, Porter's and NLTK's changes": `
    hopefully hope, carefully care, geology geolog, archaeology archaeolog, theology theolog,
    technology technolog, logy logi, rationally ration, nationally nation, emotionally emot`,
  "step 3": `
    triplicate triplic, formative form, formalize formal, electricity electr, electrical electr,
    hopeful hope, goodness good, sadness sad, native nativ, ful ful, prevaricate prevar`,
  "step 4, suffixes of long words": `
    revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop,
    adjustable adjust, defensible defens, irritant irrit, replacement replac, adjustment adjust,
    dependent depend, adoption adopt, extension extens, million million, homologous homolog,
    communism commun, activate activ, angularity angular, effective effect, bowdlerize bowdler,
    cement cement, moment moment, element element, enemy enemi, disagreement disagr,
    opinion opinion`,
  "step 5, final e and double l": `
    probate probat, rate rate, cease ceas, controlling control, roll roll, skill skill, late late,
    hate hate, controllable control, size size, ape ape, owe owe`,
  "several steps": `
    generalizations gener, oscillators oscil, multiplicatively multipl, relativity rel,
    unhappiness unhappi, internationalization internation, responsibilities respons`,
  "y is a vowel after a consonant": `
    crying cri, dye dye, dyed dy, eyes eye, player player, rhythmic rhythmic, tryst tryst,
    yesterday yesterday, ying ying, yes ye`,
  "reviews": `
    amplifier amplifi, battery batteri, tuner tuner, durable durabl, pedals pedal, quickly quickli,
    recommended recommend, strings string, sounding sound, acoustics acoust, tremolo tremolo,
    expensive expens, expensively expens, easily easili`,
  "not letters, other scripts":
    "10s 10, don't don't, it's it', naïvely naïv, café café, 北京 北京, 😀s 😀s, 😀ies 😀ie",
  "case": "Guitars guitar, DYING dy, Dying dy, CARESSES caress",
};

for (const [rule, pairs] of Object.entries(stems)) {
  Deno.test(`stems: ${rule}`, () => {
    for (const pair of pairs.split(/,\s+/)) {
      const [word, stem] = pair.trim().split(" ");
      assert.equal(porterStem(word), stem, word);
    }
  });
}

Deno.test("stems of any string are in lower case and no longer than the word by more than an e", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (word) => {
    const stem = porterStem(word);
    assert.equal(stem, stem.toLowerCase());
    assert.ok(stem.length <= word.toLowerCase().length + 1, stem);
  }));
});

Deno.test("stems of lower-case letters begin as the word does, but for irregular forms", () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z]{5,12}$/), (word) => {
    if (/^[dlt]ying$/.test(word)) return;
    assert.equal(porterStem(word).slice(0, 2), word.slice(0, 2));
  }));
});

Deno.test("a word of 100,000 letters has a stem", () => {
  assert.equal(porterStem("ab".repeat(50_000) + "ization"), "ab".repeat(50_000));
});

Deno.test("the empty string is its own stem", () => assert.equal(porterStem(""), ""));
