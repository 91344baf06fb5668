import { tagWords } from "./tag_words.ts";

/** The words of a sentence with their parts of speech, as many tags as words. */
export interface TaggedSentence {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

export function tagSentence(words: readonly string[]): TaggedSentence {
  return { words, tags: tagWords(words) };
}
