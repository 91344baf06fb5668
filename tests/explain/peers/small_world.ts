/** A few users and items whose sentences follow from user, item and rating, so that a generator can learn them all. */
import type { StoredCorpus } from "../../../lib/explain/mod.ts";
import { buildVocabulary, inverseDocumentFrequency, tasksOfSplit } from "./parts.ts";

const users = ["ann", "bob", "cy"], items = ["amp", "cable", "drum", "horn"];

/** What a user says about an item: the opinion is the rating's, the aspect the item's, the frame the user's. */
export function sentenceOf(user: string, item: string, rating: number): string[] {
  const opinion = rating >= 4 ? "great" : rating >= 3 ? "fair" : "poor";
  const aspect = { amp: "sound", cable: "plug", drum: "skin", horn: "tone" }[item]!;
  const frame: Record<string, string> = {
    ann: `the ${aspect} is ${opinion}`,
    bob: `i find its ${aspect} rather ${opinion} so far`,
    cy: `a ${opinion} ${aspect} for this price`,
  };
  return frame[user].split(" ");
}

const ratingOf = (user: string, item: string) => 1 + (2 * users.indexOf(user) + 3 * items.indexOf(item)) % 5;

/** One review of every pair; the last pairs are of validation and test. */
export function smallWorld(): StoredCorpus {
  const pairs = users.flatMap((user) => items.map((item) => ({ user, item })));
  const reviews = pairs.map(({ user, item }, i) => ({
    ...{ id: `${user}/${item}`, user, item, category: "all", rating: ratingOf(user, item) },
    split: i === 5 ? "test" as const : i === 6 ? "validation" as const : "train" as const,
  }));
  const sentences = reviews.map(({ id, user, item, rating }, review) => {
    const words = sentenceOf(user, item, rating);
    return { id: `${id}:0`, review, text: words.join(" "), words };
  });
  const training = sentences.filter(({ review }) => reviews[review].split === "train").map(({ words }) =>
    words
  );
  const corpus = { reviews, sentences };
  return {
    ...corpus,
    attributes: ["sound", "plug", "skin", "tone"],
    opinions: ["great", "fair", "poor"],
    idf: inverseDocumentFrequency(training),
    vocabulary: buildVocabulary(training).words,
    test: tasksOfSplit(corpus, "test").tasks,
    validation: tasksOfSplit(corpus, "validation").tasks,
    rewritePairs: [],
  };
}

/** Sizes that learn the small world in a moment. */
export const smallSizes = {
  att2seq: { attribute: 8, word: 12, hidden: 24, layers: 1, dropout: 0 },
  nrt: { factors: 8, word: 12, hidden: 24, layers: 1, dropout: 0 },
  peter: { hidden: 24, heads: 2, layers: 2, feedForward: 32, dropout: 0 },
} as const;
