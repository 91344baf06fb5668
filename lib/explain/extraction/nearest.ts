import { centroidOf, cosine, tfidfVector } from "../similarity/tfidf.ts";
import type { Extractor, ExtractorResources } from "./extractor.ts";

/**
 * The candidate most like the user's own words: by the cosine of its tf-idf with the centroid of the references. Without
 * references all score 0, so the first is taken.
 */
export function nearestExtractor({ idf }: ExtractorResources): Extractor {
  return ({ candidates, references }) => {
    const own = centroidOf(references.map((words) => tfidfVector(words, idf)));
    return candidates.map((words) => cosine(tfidfVector(words, idf), own));
  };
}
