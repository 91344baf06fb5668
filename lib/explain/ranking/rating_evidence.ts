import { type OpinionPolarity, sentimentOf } from "./opinion_polarity.ts";
import type { Rating } from "./rating_biases.ts";
import type { ReviewAspects } from "./review_aspects.ts";

/** A rating with what its review speaks of. */
export interface AspectRating extends Rating {
  readonly aspects: ReviewAspects;
}

export interface RatingEvidenceOptions {
  /** Reviews of an item, and of a user, that count as much as not knowing. */
  readonly shrinkage: { readonly item: number; readonly user: number };
  /** Stars that opinion words stand for. */
  readonly polarity: OpinionPolarity;
}

/** What reviews tell of a user and an item; all 0 where nobody reviewed the item and the user reviewed nothing. */
export interface RatingEvidence {
  /** Stars above the mean that the item gets, shrunk. */
  readonly itemBias: number;
  /** Stars above those of the items' that the user gives, shrunk. */
  readonly userBias: number;
  /** Reviews of the item, and of the user. */
  readonly itemReviews: number;
  readonly userReviews: number;
  /** Stars above the mean that the opinions of the item's reviews stand for, shrunk. */
  readonly itemSentiment: number;
  /** How much better than {@link itemSentiment} reviews speak of those attributes that the user speaks of, in stars. */
  readonly aspectMatch: number;
}

export const evidenceNames = [
  "itemBias",
  "userBias",
  "itemReviews",
  "userReviews",
  "itemSentiment",
  "aspectMatch",
] as const satisfies readonly (keyof RatingEvidence)[];

/** What the evidence is drawn from. */
export interface RatingEvidenceSource {
  /** Mean of all ratings, mu. */
  readonly mean: number;
  /** What the reviews tell of a user and an item, without what the user said about this item. */
  of(user: string, item: string): RatingEvidence;
}

/** Statements about an attribute that count as much as not knowing, and of an item. */
const ATTRIBUTE_SHRINKAGE = 3, SENTIMENT_SHRINKAGE = 10;

/**
 * Prepares the evidence that training reviews give about a pair of user and item:
 *
 *     b_i = sum_r (r - mu) / (shrinkage.item + n_i),   b_u = sum_r (r - mu - b_i(r)) / (shrinkage.user + n_u)
 *     s_i = sum of sentiments / (10 + statements about i),   q_ia = sum about a of (sentiment - s_i) / (3 + statements)
 *     match(u, i) = sum_a x_ua q_ia,   x_ua the share of a among the attributes that the user's reviews name
 *
 * The user's own review of the item is left out everywhere, and each b_i(r) leaves out the review r: so a training pair is
 * seen as one that is to be predicted, and what a model learns from these numbers holds for new pairs. Opinions' polarity
 * and the mean alone know all reviews.
 *
 * Source: biases as in Koren, "Factor in the Neighbors", ACM TKDD 4 (2010), section 2.1; attention of users to attributes
 * and quality of items as in Zhang et al., "Explicit Factor Models", SIGIR 2014, here without its factors.
 *
 * @throws {RangeError} No reviews.
 */
export function createRatingEvidence(
  reviews: readonly AspectRating[],
  { shrinkage, polarity }: RatingEvidenceOptions,
): RatingEvidenceSource {
  if (reviews.length === 0) {
    throw new RangeError("Cannot draw evidence from reviews: there are none, expected at least one");
  }
  const mean = reviews.reduce((sum, { rating }) => sum + rating, 0) / reviews.length;
  const indices = reviews.keys().toArray();
  const byItem = Map.groupBy(indices, (r) => reviews[r].item);
  const byUser = Map.groupBy(indices, (r) => reviews[r].user);
  const sentiments = reviews.map(({ aspects }) =>
    new Map([...aspects].flatMap(([attribute, opinions]) => {
      const sentiment = sentimentOf(opinions, polarity);
      return sentiment === undefined ? [] : [[attribute, sentiment] as const];
    }))
  );
  const ofItem = (item: string, user: string) =>
    (byItem.get(item) ?? []).filter((r) => reviews[r].user !== user);
  const biasOf = (others: readonly number[]) =>
    others.reduce((sum, r) => sum + reviews[r].rating - mean, 0) / (shrinkage.item + others.length);
  const residuals = reviews.map(({ user, item, rating }) => rating - mean - biasOf(ofItem(item, user)));

  return {
    mean,
    of(user, item) {
      const others = ofItem(item, user);
      const own = (byUser.get(user) ?? []).filter((r) => reviews[r].item !== item);
      const said = new Map<string, { sum: number; count: number }>();
      let sum = 0, count = 0;
      for (const r of others) {
        for (const [attribute, sentiment] of sentiments[r]) {
          const about = said.getOrInsertComputed(attribute, () => ({ sum: 0, count: 0 }));
          about.sum += sentiment;
          about.count++;
          sum += sentiment;
          count++;
        }
      }
      const itemSentiment = sum / (SENTIMENT_SHRINKAGE + count);
      let match = 0, named = 0;
      for (const r of own) {
        for (const attribute of reviews[r].aspects.keys()) {
          named++;
          const about = said.get(attribute);
          if (about === undefined) continue;
          match += (about.sum - about.count * itemSentiment) / (ATTRIBUTE_SHRINKAGE + about.count);
        }
      }
      return {
        itemBias: biasOf(others),
        userBias: own.reduce((sum, r) => sum + residuals[r], 0) / (shrinkage.user + own.length),
        itemReviews: others.length,
        userReviews: own.length,
        itemSentiment,
        aspectMatch: named === 0 ? 0 : match / named,
      };
    },
  };
}
