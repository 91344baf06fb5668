import type { Extractor } from "./extractor.ts";

/** The candidate with the most words. */
export function longestExtractor(): Extractor {
  return ({ candidates }) => candidates.map((words) => words.length);
}
