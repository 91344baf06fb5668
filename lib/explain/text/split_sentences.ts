import { cleanText } from "./clean_text.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/**
 * The sentences of a text, cleaned by {@link cleanText} and in their original case, by the rules of Unicode (UAX 29):
 * "1234.56" and "e.g. this" stay whole, which upper and lower case help to see, so nothing is lower-cased before.
 */
export function splitSentences(text: string): string[] {
  return Array.from(segmenter.segment(cleanText(text)), ({ segment }) => segment.trim())
    .filter((sentence) => sentence !== "");
}
