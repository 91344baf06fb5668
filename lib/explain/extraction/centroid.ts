import { centroidOf, cosine, tfidfVector } from "../similarity/tfidf.ts";
import type { Extractor, ExtractorResources } from "./extractor.ts";

/**
 * The candidate that says most of what all say: by the cosine of its tf-idf with the centroid of the candidates.
 *
 * Source: Radev et al., "Centroid-Based Summarization of Multiple Documents", 2004.
 */
export function centroidExtractor({ idf }: ExtractorResources): Extractor {
  return ({ candidates }) => {
    const vectors = candidates.map((words) => tfidfVector(words, idf));
    const centre = centroidOf(vectors);
    return vectors.map((vector) => cosine(vector, centre));
  };
}
