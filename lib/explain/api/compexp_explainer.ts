import { placesAmong } from "../compexp/guide.ts";
import { type ExplainOptions, explainTasks } from "../compexp/explain.ts";
import type { CompExpModel } from "../compexp/model.ts";
import type { RatingPredictor } from "../ranking/rating_biases.ts";
import type { Explainer } from "./explainer.ts";

/**
 * Explains by a CompExp model.
 *
 * @param system The one whose ratings are explained: a rating's place is among its ratings of the validation tasks.
 */
export function createCompExpExplainer(
  model: CompExpModel,
  system: RatingPredictor,
  options: ExplainOptions = {},
): Explainer {
  const placeOf = placesAmong(model.corpus.validation.map(({ user, item }) => system.predict(user, item)));
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
