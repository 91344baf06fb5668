/** A suffix, what stands in its place, and the stems (what is left of the suffix) that allow it. */
type Rule = readonly [
  suffix: string,
  replacement: string,
  allows: (word: string, stemLength: number) => boolean,
];

/** Forms that no rule gets right, by their stem. */
const irregular: ReadonlyMap<string, string> = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["inning", "inning"],
  ["innings", "inning"],
  ["outing", "outing"],
  ["outings", "outing"],
  ["canning", "canning"],
  ["cannings", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

/**
 * Stem of an English word by Porter's algorithm, as NLTK's `PorterStemmer` computes it in its default mode: Porter's
 * later changes (`bli`, `logi`, words of one or two letters stay) and NLTK's own (irregular forms, `dies` to `die`
 * but `flies` to `fli`, `fulli`, `y` to `i` after consonants only).
 *
 * Returns lower case. As in NLTK, irregular forms are only known in lower case: "dying" gives "die", "Dying" "dy".
 * Any string is a word here; what is no vowel counts as a consonant, digits and other scripts included.
 *
 * Source: Porter, "An algorithm for suffix stripping", Program 14 (1980), whose step numbers are used below; NLTK 3.8,
 * nltk.stem.porter.
 */
export function porterStem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  const lower = word.toLowerCase();
  if (codePoints(word) <= 2) return lower;
  return step5(step4(step3(step2(step1c(step1b(step1a(lower)))))));
}

/** Plurals. */
function step1a(word: string): string {
  if (!word.endsWith("s")) return word;
  if (word.endsWith("ies")) return codePoints(word) === 4 ? word.slice(0, -1) : word.slice(0, -2);
  if (word.endsWith("sses")) return word.slice(0, -2);
  return word.endsWith("ss") ? word : word.slice(0, -1);
}

/** Past tenses and participles. */
function step1b(word: string): string {
  if (word.endsWith("ied")) return codePoints(word) === 4 ? word.slice(0, -1) : word.slice(0, -2);
  if (word.endsWith("eed")) return measure(word, word.length - 3) > 0 ? word.slice(0, -1) : word;
  const length = word.endsWith("ed") ? word.length - 2 : word.endsWith("ing") ? word.length - 3 : 0;
  if (!hasVowel(word, length)) return word;
  const stem = word.slice(0, length);
  if (/(?:at|bl|iz)$/.test(stem)) return stem + "e";
  const doubled = doubledEnd(stem);
  if (doubled > 0) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -doubled);
  return measure(stem, length) === 1 && endsInShortSyllable(stem, length) ? stem + "e" : stem;
}

/** Final y after a consonant that is not the first letter. */
function step1c(word: string): string {
  const stem = word.length - 1;
  return word.endsWith("y") && stem > 1 && !isVowel(word, stem - 1) ? word.slice(0, -1) + "i" : word;
}

const some = (word: string, stem: number) => measure(word, stem) > 0;
const several = (word: string, stem: number) => measure(word, stem) > 1;

/** Double suffixes to single ones. */
const rules2: readonly Rule[] = [
  ["ational", "ate", some],
  ["tional", "tion", some],
  ["enci", "ence", some],
  ["anci", "ance", some],
  ["izer", "ize", some],
  ["bli", "ble", some],
  ["alli", "al", some],
  ["entli", "ent", some],
  ["eli", "e", some],
  ["ousli", "ous", some],
  ["ization", "ize", some],
  ["ation", "ate", some],
  ["ator", "ate", some],
  ["alism", "al", some],
  ["iveness", "ive", some],
  ["fulness", "ful", some],
  ["ousness", "ous", some],
  ["aliti", "al", some],
  ["iviti", "ive", some],
  ["biliti", "ble", some],
  ["fulli", "ful", some],
  // The l counts as part of the stem, so that "geologi" is cut like "archaeologi".
  ["logi", "log", (word, stem) => measure(word, stem + 1) > 0],
];

function step2(word: string): string {
  // What "alli" leaves may end in another suffix of this step.
  if (word.endsWith("alli") && measure(word, word.length - 4) > 0) return step2(word.slice(0, -2));
  return replaceSuffix(word, rules2);
}

const rules3: readonly Rule[] = [
  ["icate", "ic", some],
  ["ative", "", some],
  ["alize", "al", some],
  ["iciti", "ic", some],
  ["ical", "ic", some],
  ["ful", "", some],
  ["ness", "", some],
];

const step3 = (word: string) => replaceSuffix(word, rules3);

/** Suffixes of long words. */
const rules4: readonly Rule[] = [
  ["al", "", several],
  ["ance", "", several],
  ["ence", "", several],
  ["er", "", several],
  ["ic", "", several],
  ["able", "", several],
  ["ible", "", several],
  ["ant", "", several],
  ["ement", "", several],
  ["ment", "", several],
  ["ent", "", several],
  ["ion", "", (word, stem) => several(word, stem) && (word[stem - 1] === "s" || word[stem - 1] === "t")],
  ["ou", "", several],
  ["ism", "", several],
  ["ate", "", several],
  ["iti", "", several],
  ["ous", "", several],
  ["ive", "", several],
  ["ize", "", several],
];

const step4 = (word: string) => replaceSuffix(word, rules4);

/** Final e, final double l. */
function step5(word: string): string {
  if (word.endsWith("e")) {
    const stem = word.length - 1, m = measure(word, stem);
    if (m > 1 || (m === 1 && !endsInShortSyllable(word, stem))) word = word.slice(0, -1);
  }
  return word.endsWith("ll") && measure(word, word.length - 1) > 1 ? word.slice(0, -1) : word;
}

/** Applies the first rule whose suffix the word has; if the stem does not allow it, none. */
function replaceSuffix(word: string, rules: readonly Rule[]): string {
  for (const [suffix, replacement, allows] of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.length - suffix.length;
    return allows(word, stem) ? word.slice(0, stem) + replacement : word;
  }
  return word;
}

/** a, e, i, o, u, and y after a consonant. */
function isVowel(word: string, i: number): boolean {
  switch (word[i]) {
    case "a":
    case "e":
    case "i":
    case "o":
    case "u":
      return true;
    case "y":
      return i > 0 && !isVowel(word, i - 1);
    default:
      return false;
  }
}

/** Porter's m of the first `length` letters: how often a consonant follows a vowel. */
function measure(word: string, length: number): number {
  let m = 0, afterVowel = false;
  for (let i = 0; i < length; i++) {
    const vowel: boolean = word[i] === "y" ? i > 0 && !afterVowel : isVowel(word, i);
    if (afterVowel && !vowel) m++;
    afterVowel = vowel;
  }
  return m;
}

function hasVowel(word: string, length: number): boolean {
  for (let i = 0; i < length; i++) if (isVowel(word, i)) return true;
  return false;
}

/** Length of the final letter if it is a consonant twice in a row (2 for one beyond 16 bits), else 0. */
function doubledEnd(word: string): number {
  const letter = /(.)\1$/su.exec(word)?.[1];
  return letter === undefined || isVowel(word, word.length - 1) ? 0 : letter.length;
}

/** Porter's *o (consonant, vowel, consonant but w, x, y) or, as NLTK has it, a whole stem of vowel and consonant. */
function endsInShortSyllable(word: string, length: number): boolean {
  if (length < 2 || isVowel(word, length - 1) || !isVowel(word, length - 2)) return false;
  return length === 2 || (!isVowel(word, length - 3) && !/[wxy]/.test(word[length - 1]));
}

function codePoints(word: string): number {
  return word.length > 8 ? word.length : [...word].length;
}
