import { createRandom, type Random } from "../../random/mod.ts";
import type { Corpus, ExplanationTask } from "./corpus.ts";
import { sentencesOfSplit } from "./sentences_of_split.ts";
import type { ReviewSplit } from "./split_reviews.ts";

export interface TaskOptions {
  /** Candidates at most. Default 30. */
  readonly candidates?: number;
  /** References at most. Default 10. */
  readonly references?: number;
  /** Seed of the draws. Default 0. */
  readonly seed?: number | string;
}

/** Makes tasks over one corpus; the same seed, user and item give the same task. */
export interface TaskMaker {
  /**
   * The task of a user and an item; `review` is the user's own review of it. Undefined without a candidate: nobody else
   * wrote about the item in a training review.
   */
  make(user: string, item: string, category: string, review?: number): ExplanationTask | undefined;
}

/**
 * Prepares the making of tasks. Candidates come from other people's training reviews of the item; references from the
 * user's training reviews of other items of its category, and of other categories where there are none. Both are drawn
 * without replacement, all where there are few. A user without history gets no references.
 */
export function createTaskMaker(
  { reviews, sentences }: Corpus,
  { candidates = 30, references = 10, seed = 0 }: TaskOptions = {},
): TaskMaker {
  const training = sentencesOfSplit({ reviews, sentences }, "train");
  const byItem = Map.groupBy(training, (s) => reviews[sentences[s].review].item);
  const byUser = Map.groupBy(training, (s) => reviews[sentences[s].review].user);
  const byReview = Map.groupBy(sentences.keys(), (s) => sentences[s].review);
  const random = createRandom(seed);
  return {
    make(user, item, category, review) {
      const others = (byItem.get(item) ?? []).filter((s) => reviews[sentences[s].review].user !== user);
      if (others.length === 0) return undefined;
      const own = (byUser.get(user) ?? []).filter((s) => reviews[sentences[s].review].item !== item);
      const near = own.filter((s) => reviews[sentences[s].review].category === category);
      const draws = random.fork(JSON.stringify([user, item]));
      return {
        user,
        item,
        ...review !== undefined && { review },
        candidates: draw(others, candidates, draws.fork("candidates")),
        references: draw(near.length > 0 ? near : own, references, draws.fork("references")),
        targets: review === undefined ? [] : byReview.get(review) ?? [],
      };
    },
  };
}

/** A task for each review of a split; `skipped` reviews are of items that nobody else wrote about. */
export function tasksOfSplit(
  corpus: Corpus,
  split: ReviewSplit,
  options: TaskOptions = {},
): { tasks: ExplanationTask[]; skipped: number } {
  const maker = createTaskMaker(corpus, options);
  const own = [...corpus.reviews.keys()].filter((r) => corpus.reviews[r].split === split);
  const tasks = own.flatMap((r) => {
    const { user, item, category } = corpus.reviews[r];
    return maker.make(user, item, category, r) ?? [];
  });
  return { tasks, skipped: own.length - tasks.length };
}

function draw(from: readonly number[], most: number, random: Random): number[] {
  return random.shuffle([...from]).slice(0, most);
}
