/**
 * The words of a sentence, in lower case: runs of letters and digits, with apostrophes, hyphens, points and commas inside
 * them kept ("doesn't", "set-up", "9.5"). Punctuation is no word, so no score counts it.
 */
export function wordsOf(sentence: string): string[] {
  return sentence.toLowerCase().match(word) ?? [];
}

const word = /[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+|[.,]\p{N}+)*/gu;

/** Whether a word is a number: "9.5", "1,000", "24". */
export const isNumber = (word: string): boolean => /^\d+(?:[.,]\d+)*$/.test(word);
