import type { Review } from "../../data/mod.ts";
import { singularOf } from "../lexicon/singular.ts";
import { splitSentences } from "../text/split_sentences.ts";
import { wordsOf } from "../text/words.ts";

/** Words by which a sentence names an aspect, in the singular, by the aspect's name as the source rates it. */
export type AspectWords = Readonly<Record<string, readonly string[]>>;

/**
 * Words of the aspects that TripAdvisor has rated, after the seed words of Wang, Lu & Zhai, "Latent Aspect Rating Analysis
 * on Review Text Data", KDD 2010.
 */
export const hotelAspectWords: AspectWords = {
  "value": ["value", "price", "worth", "money", "rate", "cost"],
  "rooms": ["room", "suite", "view", "bathroom", "shower", "balcony"],
  "location": ["location", "area", "walk", "street", "station", "beach", "downtown"],
  "cleanliness": ["clean", "cleanliness", "dirty", "smell", "spotless", "stain"],
  "front desk": ["desk", "reception", "check-in", "check-out", "reservation", "lobby"],
  "service": ["service", "staff", "food", "breakfast", "buffet", "waiter"],
  "sleep quality": ["bed", "sleep", "noise", "noisy", "quiet", "pillow", "mattress"],
  "business service": ["business", "computer", "internet", "wifi", "conference"],
};

/** A review of one aspect of an item. */
export interface AspectReview extends Review {
  readonly sentences: readonly string[];
}

/**
 * Takes reviews apart by aspects: one for each aspect that the user rated and wrote of, of the item "hotel/aspect", in the
 * category of the aspect, with its stars and with those of the sentences that name it. A sentence goes to the one aspect of
 * which it has most words, the first of those in `aspects` on a tie, so none stands in two reviews, of which one might
 * be for training and one for test.
 *
 * Source: items as (hotel, aspect) pairs in Yang et al., "Comparative Explanations of Recommendations", WWW 2022.
 */
export function reviewsByAspect(
  reviews: Iterable<Review>,
  aspects: AspectWords = hotelAspectWords,
): AspectReview[] {
  const names = Object.entries(aspects).map(([name, words]) => [name, new Set(words)] as const);
  return Array.from(reviews).flatMap((review) => {
    const { aspectRatings = {}, ...rest } = review;
    const rated = names.filter(([name]) => aspectRatings[name] !== undefined);
    const sentencesOf = Map.groupBy(splitSentences(review.text), (sentence) => {
      const words = wordsOf(sentence).flatMap((word) => [...new Set([word, singularOf(word)])]);
      const hits = rated.map(([, own]) => words.filter((word) => own.has(word)).length);
      const most = Math.max(0, ...hits);
      return most === 0 ? undefined : rated[hits.indexOf(most)][0];
    });
    return rated.flatMap(([name]) => {
      const sentences = sentencesOf.get(name);
      return sentences === undefined ? [] : [{
        ...rest,
        id: `${review.id}/${name}`,
        item: `${review.item}/${name}`,
        category: name,
        rating: aspectRatings[name],
        text: sentences.join(" "),
        sentences,
      }];
    });
  });
}
