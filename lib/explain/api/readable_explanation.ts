import type { Corpus, CorpusSentence } from "../corpus/corpus.ts";
import { type Casing, commonCasing, readable } from "../text/readable.ts";

/** Makes sentences to read: an extracted one is as it was written, a generated one is made of its words. */
export function explanationReader(
  { reviews, sentences }: Corpus,
): (words: readonly string[], source: CorpusSentence) => string {
  // Takes a while, and extraction does without.
  let casing: Casing | undefined;
  return (words, source) => {
    if (words.length === source.words.length && words.every((word, i) => word === source.words[i])) {
      return source.text;
    }
    casing ??= commonCasing(
      sentences.filter(({ review }) => reviews[review].split === "train").map(({ text }) => text),
    );
    return readable(words, casing);
  };
}
