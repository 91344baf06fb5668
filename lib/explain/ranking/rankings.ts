import { createRandom } from "../../random/mod.ts";
import type { Corpus, ExplanationTask } from "../corpus/corpus.ts";
import { createTaskMaker, type TaskOptions } from "../corpus/task_maker.ts";
import type { RatingPredictor } from "./rating_biases.ts";

/** Items that were ranked for one user, each to be explained. */
export interface RankedTasks {
  readonly user: string;
  readonly tasks: readonly ExplanationTask[];
  /** The system's rating of each, higher first. */
  readonly system: readonly number[];
}

export interface RankingOptions extends TaskOptions {
  /** Users at most. Default 400. */
  readonly users?: number;
  /** Items of each. Default 5. */
  readonly items?: number;
}

/**
 * Items for the system to rank, user by user: the items of the user's test reviews, and others that the user never reviewed,
 * drawn at random. Only users with training sentences, and items with candidates. So the reasons for a ranking can be
 * judged although most users have one test review. Users in a random order; the system's best item first.
 */
export function makeRankings(
  corpus: Corpus,
  system: RatingPredictor,
  { users = 400, items = 5, ...options }: RankingOptions = {},
): RankedTasks[] {
  const random = createRandom(options.seed ?? 0).fork("rankings");
  const maker = createTaskMaker(corpus, options);
  const catalogue = new Map(corpus.reviews.map(({ item, category }) => [item, category]));
  const own = Map.groupBy(corpus.reviews.keys(), (r) => corpus.reviews[r].user);
  const withHistory = [...own].filter(([, reviews]) =>
    reviews.some((r) => corpus.reviews[r].split === "train")
  );
  const rankings: RankedTasks[] = [];
  for (const [user, reviews] of random.shuffle(withHistory)) {
    if (rankings.length === users) break;
    const held = reviews.filter((r) => corpus.reviews[r].split === "test");
    const known = new Set(reviews.map((r) => corpus.reviews[r].item));
    const tasks = held.flatMap((r) => {
      const { item, category } = corpus.reviews[r];
      return maker.make(user, item, category, r) ?? [];
    }).slice(0, items);
    const draws = random.fork(user);
    for (const [item, category] of draws.shuffle([...catalogue])) {
      if (tasks.length === items) break;
      const task = known.has(item) ? undefined : maker.make(user, item, category);
      if (task !== undefined) tasks.push(task);
    }
    const ranked = tasks.map((task) => ({ task, rating: system.predict(user, task.item) }))
      .sort((a, b) => b.rating - a.rating);
    rankings.push({
      user,
      tasks: ranked.map(({ task }) => task),
      system: ranked.map(({ rating }) => rating),
    });
  }
  return rankings;
}
