import { type ExplanationTask, placesAmong, type RatedTask } from "../../../lib/explain/mod.ts";
import type { SystemRankings } from "./files.ts";

/**
 * Makes what gives tasks the ratings that their sentences must argue for: on the scale of the reviews' stars, with the places
 * that the system's ratings have among those of the validation tasks. It throws a RangeError where there are not as many
 * ratings as tasks.
 */
export function taskRater({ validation }: SystemRankings) {
  const placeOf = placesAmong(validation.system);
  return (
    tasks: readonly ExplanationTask[],
    { system, matched }: { readonly system: readonly number[]; readonly matched: readonly number[] },
  ): RatedTask[] => {
    if (system.length !== tasks.length || matched.length !== tasks.length) {
      throw new RangeError(
        `Cannot rate tasks: there are ${system.length} ratings and ${matched.length} on the scale of stars, expected ` +
          `${tasks.length}, one for each task`,
      );
    }
    return tasks.map((task, i) => ({ ...task, rating: matched[i], place: placeOf(system[i]) }));
  };
}
