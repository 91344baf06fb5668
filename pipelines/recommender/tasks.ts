/** What the recommender learns beside ratings. */
import {
  type OpinionPolarity,
  type ReviewAspects,
  sentimentOf,
  type StoredCorpus,
} from "../../lib/explain/mod.ts";
import type { CorpusEvidence } from "./evidence.ts";

/** The name of the task that counts. */
export const RATING_TASK = "rating";

/** A binary task: labels of reviews by index, undefined where there is none. */
export interface SideTask {
  readonly name: string;
  label(review: number): boolean | undefined;
}

export interface SideTaskOptions {
  /** How many of the most frequent attributes. */
  readonly aspects: number;
  /** Share of helpful votes from which on a review is helpful. */
  readonly helpfulShare: number;
}

/** Reviews of either label that a task needs to be learned, and to be validated. */
const LEAST = { train: 20, validation: 2 } as const;

/**
 * Tasks that read the same signals as ratings: for each of the most frequent attributes of the training reviews whether the
 * review speaks of it ("names x"), and where it says what it thinks of it, whether that is more than the mean ("likes
 * x"); and where people voted, whether they found the review helpful. Those with too few labels of either kind are
 * left out.
 */
export function sideTasks(
  { reviews }: StoredCorpus,
  { aspects, polarity, reviewsOf }: CorpusEvidence,
  options: SideTaskOptions,
): SideTask[] {
  const counts = new Map<string, number>();
  for (const r of reviewsOf("train")) {
    for (const attribute of aspects[r].keys()) counts.set(attribute, (counts.get(attribute) ?? 0) + 1);
  }
  const frequent = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, options.aspects).map(([attribute]) => attribute);
  const tasks: SideTask[] = [
    ...frequent.map((attribute) => ({
      name: `names ${attribute}`,
      label: (r: number) => aspects[r].has(attribute),
    })),
    ...frequent.map((attribute) => ({
      name: `likes ${attribute}`,
      label: (r: number) => likes(aspects[r], attribute, polarity),
    })),
    {
      name: "helpful",
      label: (r) => {
        const [helpful, votes] = reviews[r].helpful ?? [0, 0];
        return votes > 0 ? helpful >= options.helpfulShare * votes : undefined;
      },
    },
  ];
  return tasks.filter(({ label }) =>
    (["train", "validation"] as const).every((split) => {
      const labels = reviewsOf(split).map(label);
      return [true, false].every((value) => labels.filter((l) => l === value).length >= LEAST[split]);
    })
  );
}

function likes(aspects: ReviewAspects, attribute: string, polarity: OpinionPolarity): boolean | undefined {
  const sentiment = sentimentOf(aspects.get(attribute) ?? [], polarity);
  return sentiment === undefined ? undefined : sentiment > 0;
}
