import { wordsOf } from "../text/words.ts";

/** Bounds of a sentence that may explain, as the paper has them. */
export const sentenceBounds = { characters: [4, 99], words: [4, 24] } as const;

/**
 * The words of a sentence if it may explain: more than 3 and fewer than 100 characters, 4 to 24 words, at least one of
 * them an attribute; undefined otherwise.
 *
 * Source: the preparation of Yang et al., "Comparative Explanations of Recommendations", WWW 2022.
 */
export function explanationWords(sentence: string, attributes: ReadonlySet<string>): string[] | undefined {
  const { characters, words: [fewest, most] } = sentenceBounds;
  if (sentence.length < characters[0] || sentence.length > characters[1]) return undefined;
  const words = wordsOf(sentence);
  if (words.length < fewest || words.length > most) return undefined;
  return words.some((word) => attributes.has(word)) ? words : undefined;
}
