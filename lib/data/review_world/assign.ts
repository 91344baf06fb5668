import type { Random } from "../../random/mod.ts";
import type { LatentItem, LatentUser } from "./latent.ts";

/**
 * Decides which items users review, user after user, so that each item's count keeps close to its popularity's
 * share: a user takes one of the few items that are most behind. What users prefer plays no part in it. A later
 * user changes nothing for an earlier one.
 */
export class Assignment {
  readonly #categories: { items: number[]; popularity: number; drawn: number }[];
  readonly #counts: number[];
  readonly #items: readonly LatentItem[];

  constructor(items: readonly LatentItem[], categories: number) {
    this.#items = items;
    this.#counts = items.map(() => 0);
    this.#categories = Array.from({ length: categories }, (_, c) => {
      const own = items.flatMap((_, j) => j % categories === c ? [j] : []);
      return { items: own, popularity: own.reduce((sum, j) => sum + items[j].popularity, 0), drawn: 0 };
    });
  }

  /** Indices of the items that the next user reviews, in the order of writing; none twice. */
  next(user: LatentUser, random: Random): number[] {
    const taken = new Set<number>();
    for (let k = 0; k < user.reviews; k++) {
      const wanted = user.interests[random.uniform() < 0.6 ? 0 : 1];
      // Where the user has had all of a category, the next one serves.
      const order = this.#categories.map((_, shift) =>
        this.#categories[(wanted + shift) % this.#categories.length]
      );
      const category = order.find(({ items }) => items.some((j) => !taken.has(j)))!;
      const open = category.items
        .filter((j) => !taken.has(j))
        .map((j) => ({ j, behind: this.#behind(category, j) }))
        .sort((a, b) => b.behind - a.behind || a.j - b.j);
      const { j } = open[random.integer(Math.min(choice, open.length))];
      taken.add(j);
      this.#counts[j]++;
      category.drawn++;
    }
    return [...taken];
  }

  #behind({ popularity, drawn }: { popularity: number; drawn: number }, j: number): number {
    return (drawn + 1) * this.#items[j].popularity / popularity - this.#counts[j];
  }
}

/** Among how many items, those most behind their share, a user's draw is uniform. */
const choice = 6;
