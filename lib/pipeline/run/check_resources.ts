import { inspect } from "../plan/inspect.ts";
import { type Limits, shortageOf } from "./limits.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import { select, type Selection } from "../plan/selection.ts";

/**
 * Checks before a run that no stage asks for more than there is, unless its result is in the store: tables can be made
 * without a GPU from what was trained on one.
 *
 * @throws {Error} If one does.
 */
export async function checkResources(
  pipeline: LoadedPipeline,
  limits: Limits,
  options: { readonly selection: Selection; readonly force: boolean },
): Promise<void> {
  const short = pipeline.instances.filter(({ resources }) => shortageOf(resources, limits) !== undefined);
  if (short.length === 0) return;
  const { mayRun } = select(pipeline.instances, options.selection);
  const states = new Map((await inspect(pipeline, options)).map(({ stage, state }) => [stage, state]));
  for (const instance of short) {
    if (!mayRun.has(instance) || states.get(instance.id) === "hit") continue;
    const { problem, option } = shortageOf(instance.resources, limits)!;
    throw new Error(`Cannot run "${instance.id}": ${problem}, expected no more, or ${option}`);
  }
}
