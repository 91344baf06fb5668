import type { Random } from "../../random/mod.ts";

/** How a user writes: habits, and favourites among every list of words. */
export class Voice {
  /** Chance of "we" relative to the category's, in [.3, 1.7]. */
  readonly company: number;
  /** Chance that a strong sentence ends in "!". */
  readonly exclaims: number;
  /** Chance of a sentence of bare noun phrases, "Soft beds, friendly staff." */
  readonly terse: number;
  /** Chance that a strong opinion is followed by its consequence. */
  readonly tells: number;
  /** Chance that a sentence starts with one of the user's turns of phrase. */
  readonly leads: number;
  /** Chance of "don't" rather than "do not". */
  readonly contracts: number;
  readonly #random: Random;
  readonly #orders = new Map<string, readonly number[]>();

  constructor(random: Random) {
    this.#random = random;
    const habits = random.fork("habits");
    this.company = 0.3 + 1.4 * habits.uniform();
    this.exclaims = 0.6 * habits.uniform() ** 2;
    this.terse = 0.35 * habits.uniform() ** 2;
    this.tells = 0.15 + 0.45 * habits.uniform();
    this.leads = 0.22 * habits.uniform();
    this.contracts = habits.uniform() < 0.5 ? 0.95 : 0;
  }

  /**
   * Draws from a list, favourites more often: of n, the user's favourite has probability n^(-1/2).
   *
   * @param key Names the list, since a user has one order of preference a list.
   */
  pick<T>(key: string, options: readonly T[], random: Random): T {
    let order = this.#orders.get(key);
    if (order === undefined) {
      order = this.#random.fork(key).shuffle(options.map((_, i) => i));
      this.#orders.set(key, order);
    }
    return options[order[Math.floor(options.length * random.uniform() ** 2)]];
  }
}
