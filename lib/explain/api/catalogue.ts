import type { Corpus } from "../corpus/corpus.ts";

/** What the training reviews say of users and items. */
export interface Catalogue {
  /** Every user of the corpus, with the training reviews, by index; there may be none. */
  readonly users: ReadonlyMap<string, readonly number[]>;
  /** Every item of the corpus. */
  readonly items: ReadonlyMap<string, CatalogueItem>;
}

export interface CatalogueItem {
  readonly category: string;
  /** Mean of its training ratings, in stars, shrunk towards the mean of all. */
  readonly average: number;
}

/** As many reviews of average rating are added to each item's, so that one review of five stars leads no ranking. */
const shrinkage = 10;

/** @returns The users and items of a corpus; those of held-out reviews alone are there, their ratings are not used. */
export function catalogueOf({ reviews }: Corpus): Catalogue {
  const training = reviews.filter(({ split }) => split === "train");
  const mean = training.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, training.length);
  const rated = Map.groupBy(training, ({ item }) => item);
  const users = new Map<string, number[]>(), items = new Map<string, CatalogueItem>();
  for (const [r, { user, item, category, split }] of reviews.entries()) {
    if (!users.has(user)) users.set(user, []);
    if (split === "train") users.get(user)!.push(r);
    if (items.has(item)) continue;
    const own = rated.get(item) ?? [];
    const lead = own.reduce((sum, { rating }) => sum + rating - mean, 0);
    items.set(item, { category, average: mean + lead / (shrinkage + own.length) });
  }
  return { users, items };
}
