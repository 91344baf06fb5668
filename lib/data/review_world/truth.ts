import type { LatentItem, LatentUser } from "./latent.ts";
import type { ReviewLexicon } from "./lexicon.ts";
import type { Statement } from "./statement.ts";
import type { WrittenSentence } from "./write_review.ts";

/** One aspect's part in why a user prefers one item to another. */
export interface RankingReason {
  readonly aspect: string;
  /** Stars that it adds to the first item's lead: above 0 it speaks for that item, below for the other. */
  readonly contribution: number;
  /** Whether it is one of the fewest aspects on the winner's side that outweigh all on the other side. */
  readonly decides: boolean;
}

/** An item as the world knows it. */
export interface TrueItem {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** Quality of each aspect, in [-1, 1]. */
  readonly qualities: Readonly<Record<string, number>>;
}

/** A user as the world knows them. */
export interface TrueUser {
  readonly id: string;
  /** Stars that this user gives more than others. */
  readonly generosity: number;
  /** By category and aspect, how much the user cares: at least 0, summing to 1 in each category. */
  readonly preferences: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Stars of an item whose qualities are 0, and stars between qualities 0 and 1. */
const [middle, spread] = [3.2, 3];

/** Everything that is true of a review world and that a model has to find out. */
export class ReviewWorldTruth {
  /** By category, the names of its aspects. */
  readonly aspects: Readonly<Record<string, readonly string[]>>;
  readonly items: readonly TrueItem[];
  readonly users: readonly TrueUser[];
  readonly lexicon: ReviewLexicon;
  readonly #items: ReadonlyMap<string, LatentItem>;
  readonly #users: ReadonlyMap<string, LatentUser>;
  readonly #sentences: ReadonlyMap<string, readonly WrittenSentence[]>;
  readonly #categories: readonly string[];

  constructor(parts: {
    items: readonly LatentItem[];
    users: readonly LatentUser[];
    categories: readonly string[];
    sentences: ReadonlyMap<string, readonly WrittenSentence[]>;
    lexicon: ReviewLexicon;
  }) {
    const { items, users, categories, sentences, lexicon } = parts;
    this.lexicon = lexicon;
    this.#items = new Map(items.map((item) => [item.id, item]));
    this.#users = new Map(users.map((user) => [user.id, user]));
    this.#sentences = sentences;
    this.#categories = categories;
    this.aspects = Object.fromEntries(
      [...lexicon.aspects].map(([category, aspects]) => [category, [...aspects.keys()]]),
    );
    this.items = items.map(({ id, name, category, qualities }) => ({
      id,
      name,
      category: category.name,
      qualities: this.#byAspect(category.name, qualities),
    }));
    this.users = users.map(({ id, generosity, preferences }) => ({
      id,
      generosity,
      preferences: Object.fromEntries(
        categories.map((category, c) => [category, this.#byAspect(category, preferences[c])]),
      ),
    }));
  }

  /**
   * The noise-free rating, in stars, neither rounded nor cut to [1, 5]: with w the user's weights of the category's
   * aspects and q the item's qualities, 3.2 + generosity + 3 sum_a w_a q_a.
   */
  utility(user: string, item: string): number {
    return utilityOf(this.#user(user), this.#item(item), this.#categories);
  }

  /**
   * Why a user prefers one item to another of its category, or the other to it: all aspects, those first that
   * contribute most either way, by 3 w_a (q_a(item) - q_a(other)). The contributions sum to utility(item) - utility(other).
   */
  reasons(user: string, item: string, other: string): RankingReason[] {
    const { category, qualities } = this.#item(item);
    const against = this.#item(other);
    if (against.category !== category) {
      throw new RangeError(
        `Cannot compare ${item} with ${other}: that is a ${against.category.name}, expected a ${category.name}`,
      );
    }
    const weights = this.#user(user).preferences[this.#categories.indexOf(category.name)];
    const parts = this.aspects[category.name].map((aspect, a) => ({
      aspect,
      contribution: spread * weights[a] * (qualities[a] - against.qualities[a]),
    })).sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    const lead = parts.reduce((sum, { contribution }) => sum + contribution, 0);
    const speaksFor = (contribution: number) => contribution * lead > 0;
    let open = parts.reduce(
      (sum, { contribution }) => sum + (speaksFor(contribution) ? 0 : Math.abs(contribution)),
      0,
    );
    return parts.map(({ aspect, contribution }) => {
      const decides = speaksFor(contribution) && open >= 0;
      if (decides) open -= Math.abs(contribution);
      return { aspect, contribution, decides };
    });
  }

  /** The sentences of a review, which joined by blanks are its text. */
  sentencesOf(review: string): string[] {
    return this.#written(review).map(({ text }) => text);
  }

  /** What a sentence of a review states, in the order of its words; nothing for a filler. Sentences count from 0. */
  statementsOf(review: string, sentence: number): readonly Statement[] {
    const sentences = this.#written(review);
    if (sentences[sentence] === undefined) {
      throw new RangeError(
        `Cannot read sentence ${sentence} of ${review}: it has ${sentences.length}, expected an index below that`,
      );
    }
    return sentences[sentence].statements;
  }

  #byAspect(category: string, values: readonly number[]): Record<string, number> {
    return Object.fromEntries(this.aspects[category].map((aspect, a) => [aspect, values[a]]));
  }

  #item(id: string): LatentItem {
    return known(this.#items, "item", id);
  }

  #user(id: string): LatentUser {
    return known(this.#users, "user", id);
  }

  #written(id: string): readonly WrittenSentence[] {
    return known(this.#sentences, "review", id);
  }
}

/** {@link ReviewWorldTruth.utility} of what was drawn. */
export function utilityOf(user: LatentUser, item: LatentItem, categories: readonly string[]): number {
  const weights = user.preferences[categories.indexOf(item.category.name)];
  return middle + user.generosity + spread * weights.reduce((sum, w, a) => sum + w * item.qualities[a], 0);
}

function known<T>(map: ReadonlyMap<string, T>, kind: string, id: string): T {
  const value = map.get(id);
  if (value !== undefined) return value;
  const [first] = map.keys();
  throw new RangeError(`Cannot find ${kind} ${id}: the world has ${map.size}, expected one such as ${first}`);
}
