import { type ExplanationTask, placesAmong, type RatedTask } from "../../../lib/explain/mod.ts";
import type { SystemRankings } from "./files.ts";

/**
 * Makes what gives tasks the ratings that their sentences must argue for: on the scale of the reviews' stars, with the places
 * that the system's ratings have among those of the validation tasks.
 */
export function taskRater({ validation }: SystemRankings) {
  const placeOf = placesAmong(validation.system);
  return (
    tasks: readonly ExplanationTask[],
    { system, matched }: { readonly system: readonly number[]; readonly matched: readonly number[] },
  ): RatedTask[] => tasks.map((task, i) => ({ ...task, rating: matched[i], place: placeOf(system[i]) }));
}
