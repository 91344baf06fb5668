import { isNumber } from "../text/words.ts";

/** A sentence of a review and the features that people found in it. */
export interface AnnotatedSentence {
  /** Words as the corpus has them, without punctuation and numbers. */
  readonly words: readonly string[];
  /** The features that the sentence names, each as its words, in lower case. */
  readonly features: readonly (readonly string[])[];
}

/**
 * Reads one product's file of Hu & Liu's annotated reviews: lines such as
 *
 *     picture[+3], battery life[-1][u]##the pictures are sharp , but it dies fast .
 *
 * Features marked `[u]` (implied, no word of it stands there) or `[p]` (a pronoun stands for it) are left out: no lexicon
 * can find them. Titles (`[t]`) and comments (`*`) are no sentences.
 */
export function parseAnnotatedReviews(text: string): AnnotatedSentence[] {
  const sentences: AnnotatedSentence[] = [];
  for (const line of text.split(/\r?\n/)) {
    const mark = line.indexOf("##");
    if (mark < 0 || line.startsWith("*") || line.startsWith("[t]")) continue;
    const words = (line.slice(mark + 2).toLowerCase().match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? [])
      .filter((word) => !isNumber(word));
    if (words.length > 0) sentences.push({ words, features: featuresOf(line.slice(0, mark)) });
  }
  return sentences;
}

function featuresOf(annotation: string): string[][] {
  return annotation.split(",").flatMap((part) => {
    const [name, ...marks] = part.split("[");
    const hidden = marks.some((mark) => /^[up]\b/.test(mark));
    const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return marks.length === 0 || hidden || words.length === 0 ? [] : [[...words]];
  });
}
