import { type ExplanationTask, placesAmong, type RatedTask } from "../../../lib/explain/mod.ts";
import type { SystemRankings } from "./files.ts";

/** Gives tasks the ratings that their sentences must argue for: on the scale of the reviews, with their places. */
export function ratedTasks({ validation }: Pick<SystemRankings, "validation">) {
  const placeOf = placesAmong(validation);
  return {
    /** @param ratings The system's rating of each task. */
    of: (tasks: readonly ExplanationTask[], ratings: readonly number[]): RatedTask[] =>
      tasks.map((task, i) => ({ ...task, rating: ratings[i], place: placeOf(ratings[i]) })),
  };
}
