import type { ReviewAspects } from "./review_aspects.ts";

/** Stars above the mean that an opinion word stands for, by word. */
export type OpinionPolarity = ReadonlyMap<string, number>;

/**
 * What opinion words are worth, learned from the ratings of the reviews that use them, shrunk towards nothing:
 *
 *     p(o) = sum over reviews with o of (r - mu) / (shrinkage + reviews with o)
 *
 * @param shrinkage Reviews that count as much as not knowing. Default 10.
 */
export function fitOpinionPolarity(
  reviews: readonly { readonly rating: number; readonly aspects: ReviewAspects }[],
  shrinkage = 10,
): OpinionPolarity {
  const mean = reviews.reduce((sum, { rating }) => sum + rating, 0) / reviews.length;
  const sums = new Map<string, { stars: number; reviews: number }>();
  for (const { rating, aspects } of reviews) {
    for (const opinion of new Set([...aspects.values()].flat())) {
      const sum = sums.getOrInsertComputed(opinion, () => ({ stars: 0, reviews: 0 }));
      sum.stars += rating - mean;
      sum.reviews++;
    }
  }
  return new Map([...sums].map(([opinion, { stars, reviews }]) => [opinion, stars / (shrinkage + reviews)]));
}

/** The mean polarity of some opinion words; undefined of none that are known. */
export function sentimentOf(opinions: readonly string[], polarity: OpinionPolarity): number | undefined {
  const known = opinions.flatMap((opinion) => polarity.get(opinion) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, stars) => sum + stars, 0) / known.length;
}
