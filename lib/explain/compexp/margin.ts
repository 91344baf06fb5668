import { updateVariable } from "../../tensor/mod.ts";
import type { RatedTask } from "./batch.ts";
import { hypothesesOf } from "./explain.ts";
import { bestHypothesis, scoreHypotheses } from "./hypotheses.ts";
import type { CompExpModel } from "./model.ts";
import type { Reward } from "./rewards.ts";

/** Margins that are tried, in ln P; with the last no rewriting is ever said. */
const margins = [...Array.from({ length: 33 }, (_, i) => -4 + i / 2), 1e6];

/**
 * Sets how much better a rewriting must look to the extractor than an extracted sentence to be said: the extractor learnt to
 * judge people's sentences and is partial to a machine's, which are made of frequent words.
 *
 * @param tasks Of validation, with targets.
 * @returns The margin and the mean reward with it; of equals the smallest.
 */
export async function tuneMargin(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  reward: Pick<Reward, "score">,
): Promise<{ margin: number; reward: number }> {
  const sums = new Float64Array(margins.length);
  for await (const { part, hypotheses } of hypothesesOf(model, tasks, { say: "best" })) {
    const scores = await scoreHypotheses(model, part, hypotheses);
    hypotheses.forEach((own, b) => {
      const rewards = own.map(({ words }) => reward.score(words, part[b]));
      margins.forEach((margin, m) => {
        sums[m] += rewards[bestHypothesis(scores[b], own, margin)] / tasks.length;
      });
    });
  }
  const best = sums.indexOf(Math.max(...sums));
  await updateVariable(model.parameters.margin, (value) => value.fill(margins[best]));
  return { margin: margins[best], reward: sums[best] };
}
