/** What the explanation service answers: plain data, the same as JSON. */

/** Something that an answer had to do without, and what it did instead. */
export interface Fallback<Kind extends string = string> {
  readonly kind: Kind;
  /** For people. */
  readonly message: string;
}

/** An attribute that a sentence is about. */
export interface StatedAttribute {
  readonly attribute: string;
  /** What is said of it; null where it is only named. */
  readonly opinion: string | null;
}

/** An attribute that an explanation is about. */
export interface SupportedAttribute extends StatedAttribute {
  /**
   * Ids of the sentences in other people's training reviews of the item that say the same of it; none where no review
   * says so, or nothing is said.
   */
  readonly sources: readonly string[];
}

/** A sentence of the corpus and what it states. */
export interface StatingSentence {
  /** Id of its review and its place there: "A1/B2:3". */
  readonly sentence: string;
  /** As written, cleaned. */
  readonly text: string;
  readonly states: readonly StatedAttribute[];
}

/** A training review of the user that an item was compared with. */
export interface ComparedReview {
  readonly review: string;
  readonly item: string;
  readonly category: string;
  /** The user's rating of that item. */
  readonly stars: number;
  /** The explained item's rating on the scale of people's stars (`matched`) less these. */
  readonly difference: number;
  /** What the explained item is beside that one: alike up to half a star of difference. */
  readonly verdict: "better" | "alike" | "worse";
  /** Attributes of the explanation that its sentences are about too. */
  readonly shared: readonly string[];
  /** The sentences of the review that were references. */
  readonly sentences: readonly StatingSentence[];
}

/** The sentence that an explanation was taken or written from. */
export interface ExplanationSource {
  readonly sentence: string;
  readonly review: string;
  readonly text: string;
  /** What the review's writer gave the item. */
  readonly stars: number;
}

/** How an item was explained where it could not be compared as usual. */
export type ItemFallback = Fallback<"no-candidates" | "no-words" | "no-references" | "other-categories">;

/** One item of a ranking. */
export interface ExplainedItem {
  /** From 1 up, the best first. */
  readonly rank: number;
  readonly item: string;
  readonly category: string;
  /** Predicted rating, 1 to 5. */
  readonly stars: number;
  /** The same on the scale of people's stars: predictions are shrunk towards their mean. */
  readonly matched: number;
  /** What the user gave it in a training review; null where there is none. */
  readonly reviewed: number | null;
  /** A sentence to read; null without candidates, then `words`, `compares` and `against` are empty. */
  readonly explanation: string | null;
  /** Of the explanation, as the explainer gave them. */
  readonly words: readonly string[];
  /** The attributes of the explanation. */
  readonly compares: readonly SupportedAttribute[];
  /** Those first that share most attributes with the explanation, then those of the largest difference. */
  readonly against: readonly ComparedReview[];
  readonly source: ExplanationSource | null;
  readonly fallback: ItemFallback | null;
}

/** An item that nobody reviewed. */
export interface UnknownItem {
  readonly item: string;
  /** Ids that look like it, at most three. */
  readonly nearest: readonly string[];
  /** For people. */
  readonly message: string;
}

/** How a user is treated whose taste is not known. */
export type UserFallback = Fallback<"unknown-user" | "no-history"> & {
  /** Ids of users that look like it, at most three. */
  readonly nearest: readonly string[];
};

/** A ranking for one user and why. */
export interface ExplanationAnswer {
  readonly user: string;
  /** Training reviews of the user. */
  readonly reviews: number;
  readonly fallback: UserFallback | null;
  readonly items: readonly ExplainedItem[];
  /** Those that were asked for and are not known. */
  readonly unknown: readonly UnknownItem[];
}
