import { isNumber } from "../text/words.ts";

/** Words that stand for something else, with their ids: padding, start, end, any number, any unknown word. */
export const specialWords = ["<pad>", "<sos>", "<eos>", "<num>", "<unk>"] as const;
/** Ids of {@link specialWords}. */
export const specialIds = { pad: 0, sos: 1, eos: 2, num: 3, unk: 4 } as const;

/** Words and their ids. */
export interface WordIds {
  /** By id; the first five are {@link specialWords}. */
  readonly words: readonly string[];
  /** The ids of a sentence, without start and end. */
  encode(words: readonly string[]): Int32Array;
}

/**
 * The vocabulary of the most frequent words of the training sentences, `size` of them with the special ones; words of
 * equal frequency by the alphabet. Numbers are `<num>`, words that are not there `<unk>`.
 */
export function buildVocabulary(sentences: Iterable<readonly string[]>, size = 20_000): WordIds {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    for (const word of sentence) if (!isNumber(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return vocabularyOf([
    ...specialWords,
    ...sorted.slice(0, size - specialWords.length).map(([word]) => word),
  ]);
}

/** The vocabulary with these words, in the order of their ids. */
export function vocabularyOf(words: readonly string[]): WordIds {
  const ids = new Map(words.map((word, id) => [word, id]));
  return {
    words,
    encode: (sentence) =>
      Int32Array.from(sentence, (word) => isNumber(word) ? specialIds.num : ids.get(word) ?? specialIds.unk),
  };
}
