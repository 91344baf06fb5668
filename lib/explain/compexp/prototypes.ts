import { type RatedTask, taskBatch } from "./batch.ts";
import { type Choices, chooseCandidates, mostProbable } from "./choose.ts";
import type { CompExpModel } from "./model.ts";
import { vectorsOfTasks } from "./sentence_vectors.ts";

/** Tasks that go through the mixture together. */
const TASKS_AT_ONCE = 64;

/** From ln P of a task's candidates to the place of the one to take. */
export type Choose = (logP: Float32Array, task: RatedTask) => number;

/**
 * Takes for each task the candidates that may be rewritten, a part of the tasks after another.
 *
 * @param count The most probable so many, unless `choose` takes one.
 */
export async function* prototypesOf(
  model: CompExpModel,
  tasks: readonly RatedTask[],
  count: number,
  choose?: Choose,
): AsyncGenerator<{ readonly part: readonly RatedTask[]; readonly choices: Choices }> {
  const { corpus, parameters, evidence } = model;
  const known = await vectorsOfTasks(model, tasks);
  for (let from = 0; from < tasks.length; from += TASKS_AT_ONCE) {
    const part = tasks.slice(from, from + TASKS_AT_ONCE);
    const take = (logP: Float32Array, b: number) =>
      choose === undefined ? mostProbable(logP, count) : [choose(logP, part[b])];
    yield {
      part,
      choices: await chooseCandidates(parameters, taskBatch(corpus, part, evidence), known, take),
    };
  }
}
