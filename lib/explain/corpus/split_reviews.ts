import { createRandom } from "../../random/mod.ts";

export const reviewSplits = ["train", "validation", "test"] as const;
export type ReviewSplit = typeof reviewSplits[number];

/**
 * Splits the reviews of each user 80/10/10, at random by seed. Of n >= 3 reviews max(1, round(n / 10)) are for test and as
 * many for validation, so that no user is judged whose taste nobody saw, and nobody with 3 to 9 reviews has all of them in
 * test (which a slice of "the last 0" once did). With fewer than 3, all are for training.
 *
 * A user's split depends on the seed, the user and the number of its reviews alone: more users change nobody's.
 *
 * @returns The split of each review, in their order.
 */
export function splitReviews(
  reviews: readonly { readonly user: string }[],
  seed: number | string = 0,
): ReviewSplit[] {
  const splits = new Array<ReviewSplit>(reviews.length).fill("train");
  const random = createRandom(seed);
  for (const [user, own] of Map.groupBy(reviews.keys(), (r) => reviews[r].user)) {
    if (own.length < 3) continue;
    const held = Math.max(1, Math.round(own.length / 10));
    random.fork(user).shuffle(own).slice(0, 2 * held).forEach((r, i) => {
      splits[r] = i < held ? "test" : "validation";
    });
  }
  return splits;
}
