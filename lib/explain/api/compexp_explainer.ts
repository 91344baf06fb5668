import { indexStatements, type ReviewStatements, sourcesOf } from "../evaluation/sources.ts";
import type { RatedTask } from "../compexp/batch.ts";
import { placesAmong } from "../compexp/guide.ts";
import { type ExplainOptions, explainTasks } from "../compexp/explain.ts";
import type { CompExpModel } from "../compexp/model.ts";
import type { Explainer } from "./explainer.ts";

/**
 * Explains by a CompExp model. Where it may choose, it says a rewriting only if real reviews of the item state all that it
 * states, so that people are never told what nobody said.
 *
 * @param ratings Of the validation tasks, as requests have them: a rating's place is among these.
 */
export function createCompExpExplainer(
  model: CompExpModel,
  ratings: readonly number[],
  options: ExplainOptions = {},
): Explainer {
  const placeOf = placesAmong(ratings);
  // Takes a while, and what is never rewritten does without.
  let statements: ReviewStatements | undefined;
  const admits = (words: readonly string[], { item }: RatedTask) => {
    statements ??= indexStatements(model.corpus);
    return sourcesOf(item, words, statements).every(({ sources }) => sources.length > 0);
  };
  return {
    async explain(tasks) {
      const rated = tasks.map((task) => ({ ...task, place: placeOf(task.rating) }));
      const explanations = await explainTasks(model, rated, { admits, ...options });
      return explanations.map(({ words, candidate }, i) => ({
        words,
        sentence: tasks[i].candidates[candidate],
      }));
    },
  };
}
