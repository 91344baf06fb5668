import type { Review } from "../../data/mod.ts";
import { type AspectWords, reviewsByAspect } from "./aspect_items.ts";
import { isEnglish } from "../text/is_english.ts";
import { splitSentences } from "../text/split_sentences.ts";
import { wordsOf } from "../text/words.ts";
import type { SentencedReview } from "./build_corpus.ts";
import { dropCopies } from "./drop_copies.ts";
import { kCore } from "./k_core.ts";
import { splitReviews } from "./split_reviews.ts";

export interface PrepareReviewsOptions {
  /** Reviews that a user and an item need. Default 5 each. */
  readonly core?: { readonly user: number; readonly item: number };
  /** Seed of the split. Default 0. */
  readonly seed?: number | string;
  /**
   * Takes reviews apart by the aspects that their users rated, so that items are (item, aspect) pairs, by the words of the
   * aspects. Default: items are whole.
   */
  readonly aspects?: AspectWords;
}

/** How many reviews each step left. */
export interface PreparationCounts {
  readonly read: number;
  /** Of those, with words, in English. */
  readonly english: number;
  /** Of those, no copies. */
  readonly distinct: number;
  /** Reviews of single aspects in those, where they are taken apart. */
  readonly aspects?: number;
  /** Of those, in the k-core. */
  readonly core: number;
  readonly users: number;
  readonly items: number;
}

/**
 * Prepares reviews: leaves out those without words or in other languages, copies, and what is not in the k-core; splits
 * each user's reviews into training, validation and test, and each review into sentences.
 *
 * @throws {RangeError} Nothing is left.
 */
export async function prepareReviews(
  source: Iterable<Review> | AsyncIterable<Review>,
  { core = { user: 5, item: 5 }, seed = 0, aspects }: PrepareReviewsOptions = {},
): Promise<{ reviews: SentencedReview[]; counts: PreparationCounts }> {
  let read = 0;
  const english: Review[] = [];
  for await (const review of source) {
    read++;
    const words = wordsOf(review.text);
    if (words.length > 0 && isEnglish(words)) english.push(review);
  }
  const distinct = dropCopies(english);
  const units: (Review & { readonly sentences?: readonly string[] })[] = aspects === undefined
    ? distinct
    : reviewsByAspect(distinct, aspects);
  const kept = kCore(units, core);
  const counts = {
    read,
    english: english.length,
    distinct: distinct.length,
    ...aspects && { aspects: units.length },
    core: kept.length,
    users: new Set(kept.map(({ user }) => user)).size,
    items: new Set(kept.map(({ item }) => item)).size,
  };
  if (kept.length === 0) {
    const parts = aspects ? `${units.length} of single aspects, ` : "";
    throw new RangeError(
      `Cannot prepare reviews: of ${read} read, ${counts.english} in English, ${counts.distinct} distinct, ${parts}none is ` +
        `in the core of users with ${core.user} and items with ${core.item} reviews, expected at least one`,
    );
  }
  const splits = splitReviews(kept, seed);
  const reviews = kept.map(({ id, user, item, category, rating, text, helpful, sentences }, r) => ({
    ...{ id, user, item, category, rating, split: splits[r] },
    ...helpful && { helpful },
    sentences: sentences ?? splitSentences(text),
  }));
  return { reviews, counts };
}
