import { placesAmong } from "../compexp/guide.ts";
import { type ExplainOptions, explainTasks } from "../compexp/explain.ts";
import type { CompExpModel } from "../compexp/model.ts";
import type { Explainer } from "./explainer.ts";

/**
 * Explains by a CompExp model.
 *
 * @param ratings Of the validation tasks, as requests have them: a rating's place is among these.
 */
export function createCompExpExplainer(
  model: CompExpModel,
  ratings: readonly number[],
  options: ExplainOptions = {},
): Explainer {
  const placeOf = placesAmong(ratings);
  return {
    async explain(tasks) {
      const rated = tasks.map((task) => ({ ...task, place: placeOf(task.rating) }));
      const explanations = await explainTasks(model, rated, options);
      return explanations.map(({ words, candidate }, i) => ({
        words,
        sentence: tasks[i].candidates[candidate],
      }));
    },
  };
}
