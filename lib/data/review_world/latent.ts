import type { Random } from "../../random/mod.ts";
import { fewestReviews, mostReviews, type ReviewWorldOptions } from "./options.ts";
import { type CategoryWords, listOf } from "./words/mod.ts";

/** An item and what is true of it. */
export interface LatentItem {
  readonly id: string;
  /** How reviews call it, article included: "the Marlow Inn". */
  readonly name: string;
  readonly category: CategoryWords;
  /** Quality of each aspect of its category, in [-1, 1]. */
  readonly qualities: readonly number[];
  /** How many reviews it attracts, relative to the others of its category. */
  readonly popularity: number;
}

/** A user and what they care about. */
export interface LatentUser {
  readonly id: string;
  /** How many stars more than others this user gives. */
  readonly generosity: number;
  /** Per category, the weight of each of its aspects; they sum to 1. [categories][aspects] */
  readonly preferences: readonly (readonly number[])[];
  readonly reviews: number;
  /** Indices of the category of most reviews and of the one of the others; the same if there is but one. */
  readonly interests: readonly [number, number];
  /** Mean sentences of a review, from 2.5 to 5.5. */
  readonly verbosity: number;
}

/**
 * Draws the items. Quality of item j on aspect a is .1 + .25 G_j + .45 E_ja with standard normal G and E, cut to
 * [-1, 1]: items are somewhat good or bad as a whole, and much better at one thing than at another.
 */
export function drawItems(
  options: Required<ReviewWorldOptions>,
  categories: readonly CategoryWords[],
  random: Random,
): LatentItem[] {
  const names = categories.map((words) => itemNames(words, random.fork(`names/${words.name}`)));
  return Array.from({ length: options.items }, (_, j) => {
    const c = j % categories.length;
    const position = Math.floor(j / categories.length);
    const own = random.fork(`item/${j}`);
    const general = own.normal();
    return {
      id: `${categories[c].name}-${numbered(position)}`,
      name: names[c](position),
      category: categories[c],
      qualities: Array.from({ length: options.aspects }, () => {
        const quality = 0.1 + 0.25 * general + 0.45 * own.normal();
        return thousandths(Math.max(-1, Math.min(1, quality)));
      }),
      popularity: 0.6 + 1.2 * own.uniform() ** 2,
    };
  });
}

/**
 * Draws the user of an index. Preferences are log-normal with sigma 1.1, divided by their sum: two or three aspects
 * carry most of the weight.
 */
export function drawUser(options: Required<ReviewWorldOptions>, index: number, random: Random): LatentUser {
  const { categories, aspects, reviewsPerUser } = options;
  const first = random.integer(categories);
  const least = fewestReviews(reviewsPerUser);
  return {
    id: `user-${numbered(index)}`,
    generosity: thousandths(0.25 * random.normal()),
    reviews: least + random.integer(mostReviews(reviewsPerUser) - least + 1),
    interests: [first, categories === 1 ? first : (first + 1 + random.integer(categories - 1)) % categories],
    verbosity: 2.5 + 3 * random.uniform(),
    preferences: Array.from({ length: categories }, () => drawPreferences(aspects, random)),
  };
}

function drawPreferences(aspects: number, random: Random): number[] {
  const raw = Array.from({ length: aspects }, () => Math.exp(1.1 * random.normal()));
  const sum = raw.reduce((a, b) => a + b);
  const weights = raw.map((weight) => thousandths(weight / sum));
  // What rounding lost goes to the largest, so that the weights sum to 1.
  const largest = weights.indexOf(Math.max(...weights));
  weights[largest] = thousandths(weights[largest] + 1 - weights.reduce((a, b) => a + b));
  return weights;
}

/** Names by position: every pair of first and last word in a seeded order, then numbered ones. */
function itemNames({ article, firstNames, lastNames }: CategoryWords, random: Random): (i: number) => string {
  const last = listOf(lastNames);
  const pairs = random.shuffle(listOf(firstNames).flatMap((first) => last.map((word) => `${first} ${word}`)));
  return (i) => {
    const round = Math.floor(i / pairs.length);
    return article + pairs[i % pairs.length] + (round === 0 ? "" : ` ${round + 1}`);
  };
}

/** Numbers from 1 in ids, padded to the same width whatever the size of the world. */
function numbered(index: number): string {
  return `${index + 1}`.padStart(4, "0");
}

/** Latent values are kept to three decimals: far coarser than where two machines' exponentials might differ. */
export function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
