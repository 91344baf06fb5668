import brill from "natural/lib/natural/brill_pos_tagger/index.js";

const lexicon = new brill.Lexicon("EN", "NN", "NN");
const rules: readonly BrillRule[] = new brill.RuleSet("EN").getRules();

interface TaggedWord {
  token: string;
  tag: string;
}

interface BrillRule {
  apply(sentence: { taggedWords: TaggedWord[] }, position: number): void;
}

/**
 * Part of speech of each word of a sentence, as Penn Treebank tags: NN, NNS, JJ, VBZ, RB, ... The most frequent tag of the
 * word first, noun for unknown words, then transformation rules that look at the words around it.
 *
 * Source: Brill, "A Simple Rule-Based Part of Speech Tagger", ANLP 1992, with lexicon and rules of the package `natural`.
 *
 * @param words In lower case: review writers capitalise at will.
 */
export function tagWords(words: readonly string[]): string[] {
  const taggedWords = words.map((token) => ({ token, tag: firstTag(token) }));
  const sentence = { taggedWords };
  for (let i = 0; i < taggedWords.length; i++) {
    for (const rule of rules) rule.apply(sentence, i);
  }
  return taggedWords.map(({ tag }) => tag);
}

/** The lexicon is a plain object, which knows "constructor" and the like without having them. */
function firstTag(word: string): string {
  return Object.hasOwn(lexicon.lexicon, word) ? lexicon.tagWord(word)[0] : "NN";
}
