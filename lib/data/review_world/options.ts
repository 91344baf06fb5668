import { categoryWords } from "./words/mod.ts";

/** Options of `makeReviewWorld`. */
export interface ReviewWorldOptions {
  /** Default 0. */
  readonly seed?: number | string;
  /** Default 400. */
  readonly users?: number;
  /** Spread evenly over the categories. Default 200. */
  readonly items?: number;
  /** Kinds of item, from 1 to 4: hotels, restaurants, headphones, novels. Default 4. */
  readonly categories?: number;
  /** Aspects of a category, from 2 to 8. Default 8. */
  readonly aspects?: number;
  /**
   * Mean reviews of a user, from 2. With n for it, a user writes from ceil(n / 2) to n + floor(n / 2), all equally
   * likely: at the default 15, from 8 to 22.
   */
  readonly reviewsPerUser?: number;
  /** Standard deviation in stars of what utility does not explain of a rating, from 0. Default .35. */
  readonly noise?: number;
  /** Standard deviation of a reviewer's impression of an aspect about its quality in [-1, 1], from 0. Default .08. */
  readonly perceptionNoise?: number;
  /** Share of reviews that compare with an item reviewed earlier, where there is one, in [0, 1]. Default .3. */
  readonly comparisonRate?: number;
  /** Chance of each place for a sentence without aspects to be filled, in [0, 1]. Default .45. */
  readonly fillerRate?: number;
}

const defaults: Required<ReviewWorldOptions> = {
  seed: 0,
  users: 400,
  items: 200,
  categories: 4,
  aspects: 8,
  reviewsPerUser: 15,
  noise: 0.35,
  perceptionNoise: 0.08,
  comparisonRate: 0.3,
  fillerRate: 0.45,
};

/** The options with defaults. Throws a RangeError that names the first option out of its range. */
export function completeOptions(options: ReviewWorldOptions): Required<ReviewWorldOptions> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const full: Required<ReviewWorldOptions> = { ...defaults, ...given };
  checkInteger("users", full.users, 1, Infinity);
  checkInteger("categories", full.categories, 1, categoryWords.length);
  checkInteger("items", full.items, full.categories, Infinity);
  checkInteger("aspects", full.aspects, 2, Math.min(...categoryWords.map(({ aspects }) => aspects.length)));
  checkInteger("reviewsPerUser", full.reviewsPerUser, 2, Infinity);
  const most = mostReviews(full.reviewsPerUser);
  if (most > full.items) {
    throw outOfRange(
      "reviewsPerUser",
      full.reviewsPerUser,
      `at most ${full.items} items for the ${most} reviews of one user`,
    );
  }
  for (const name of ["noise", "perceptionNoise"] as const) {
    if (!(full[name] >= 0 && full[name] < Infinity)) throw outOfRange(name, full[name], "a number from 0");
  }
  for (const name of ["comparisonRate", "fillerRate"] as const) {
    if (!(full[name] >= 0 && full[name] <= 1)) throw outOfRange(name, full[name], "a share in [0, 1]");
  }
  return full;
}

/** The fewest reviews that a user writes. */
export function fewestReviews(mean: number): number {
  return Math.ceil(mean / 2);
}

/** The most reviews that a user writes. */
export function mostReviews(mean: number): number {
  return mean + Math.floor(mean / 2);
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw outOfRange(name, value, `an integer from ${least}${most < Infinity ? ` to ${most}` : ""}`);
}

function outOfRange(name: string, value: number, expected: string): RangeError {
  return new RangeError(`Cannot make a review world: ${name} is ${value}, expected ${expected}`);
}
