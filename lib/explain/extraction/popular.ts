import type { Extractor, ExtractorResources } from "./extractor.ts";

/**
 * The candidate that speaks of what most candidates speak of: the mean, over its attributes, of the share of candidates
 * that name the attribute. 0 for a candidate without attributes.
 */
export function popularExtractor({ attributes }: ExtractorResources): Extractor {
  return ({ candidates }) => {
    const named = candidates.map((words) => [...new Set(words.filter((word) => attributes.has(word)))]);
    const counts = new Map<string, number>();
    for (const attribute of named.flat()) counts.set(attribute, (counts.get(attribute) ?? 0) + 1);
    return named.map((own) =>
      own.length === 0 ? 0 : own.reduce((sum, attribute) => sum + counts.get(attribute)!, 0) /
        (own.length * candidates.length)
    );
  };
}
