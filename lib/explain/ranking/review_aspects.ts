import type { Corpus } from "../corpus/corpus.ts";
import { statementsOf } from "../statements.ts";

/** What a review speaks of: attributes, each with the opinion words said of it, none where it is only named. */
export type ReviewAspects = ReadonlyMap<string, readonly string[]>;

/** What each review of a corpus speaks of, by index, in the sentences that may explain. */
export function aspectsOfReviews(
  { reviews, sentences }: Corpus,
  attributes: ReadonlySet<string>,
  opinions: ReadonlySet<string>,
): ReviewAspects[] {
  const aspects = reviews.map(() => new Map<string, string[]>());
  for (const { review, words } of sentences) {
    const own = aspects[review];
    for (const word of words) if (attributes.has(word) && !own.has(word)) own.set(word, []);
    for (const { attribute, opinion } of statementsOf(reviews[review].item, words, attributes, opinions)) {
      own.get(attribute)!.push(opinion);
    }
  }
  return aspects;
}
