import type { ReviewWorld, Statement } from "../../../lib/data/mod.ts";

/** One sentence of a world with what it states and where it stands. */
export interface ReadSentence {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly review: ReviewWorld["reviews"][number];
}

/** Every sentence of a world. */
export function sentencesOf({ reviews, truth }: ReviewWorld): ReadSentence[] {
  return reviews.flatMap((review) =>
    truth.sentencesOf(review.id).map((text, k) => ({
      text,
      statements: truth.statementsOf(review.id, k),
      review,
    }))
  );
}

/** Statements on aspects, without comparisons and verdicts, with the quality and the weight of the aspect. */
export function aspectStatements(world: ReviewWorld) {
  const qualities = new Map(world.truth.items.map((item) => [item.id, item.qualities]));
  const preferences = new Map(world.truth.users.map((user) => [user.id, user.preferences]));
  return sentencesOf(world).flatMap(({ statements, review }) =>
    statements
      .filter(({ aspect, than }) => aspect !== "overall" && than === undefined)
      .map((statement) => ({
        ...statement,
        review,
        quality: qualities.get(review.item)![statement.aspect],
        weight: preferences.get(review.user)![review.category][statement.aspect],
      }))
  );
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Words in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9][a-z0-9'-]*/g) ?? [];
}

/** How many reviews each value of a key has. */
export function countBy(
  world: ReviewWorld,
  key: "user" | "item" | "category" | "rating",
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const review of world.reviews) {
    counts.set(`${review[key]}`, (counts.get(`${review[key]}`) ?? 0) + 1);
  }
  return counts;
}
