import { type RatedTask, taskBatch } from "./batch.ts";
import { chooseCandidates, mostProbable } from "./choose.ts";
import type { CompExpModel } from "./model.ts";
import { vectorsOfTasks } from "./sentence_vectors.ts";

/** Tasks that go through the mixture together. */
export const TASKS_AT_ONCE = 64;

/** Where the refiner starts for each task, from the most probable candidate or from the one that is chosen. [H] each */
export async function refinerStarts(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  choose?: (logP: Float32Array, task: RatedTask) => number,
): Promise<Float32Array[]> {
  const { corpus, parameters, evidence } = model, H = parameters.sizes.hidden;
  const known = await vectorsOfTasks(model, tasks), starts: Float32Array[] = [];
  for (let from = 0; from < tasks.length; from += TASKS_AT_ONCE) {
    const part = tasks.slice(from, from + TASKS_AT_ONCE);
    const batch = taskBatch(corpus, part, evidence);
    const found = await chooseCandidates(
      parameters,
      batch,
      known,
      (logP, b) => choose === undefined ? mostProbable(logP, 1) : [choose(logP, part[b])],
    );
    part.forEach((_, b) => starts.push(found.starts.slice(b * H, (b + 1) * H)));
  }
  return starts;
}
