import type { CorpusSentence } from "../corpus/corpus.ts";

/** The sentence to read: an extracted one as it was written, a generated one by its words. */
export function readableExplanation(words: readonly string[], source: CorpusSentence): string {
  const extracted = words.length === source.words.length &&
    words.every((word, i) => word === source.words[i]);
  return extracted ? source.text : words.join(" ");
}
