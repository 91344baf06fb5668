import { join } from "node:path";
import { removeIfPresent } from "../base/files.ts";
import { firstDifference } from "../history/first_difference.ts";
import { type Limits, machineMemory, shortageOf, visibleGpus } from "./limits.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import { shareStore } from "../base/lock.ts";
import { type PlannedStage, Planner } from "../plan/planner.ts";
import { select } from "../plan/selection.ts";
import { StageRunner } from "./stage_runner.ts";
import { Store } from "../store/store.ts";

/** What running a stage again showed. */
export interface Replay {
  readonly stage: string;
  /**
   * "same": two runs gave the same bytes, those of the store if it has a result. "unstable": they gave different ones.
   * "drifted": they gave the same, and the store has others.
   */
  readonly state: "same" | "unstable" | "drifted";
  /** Whether the store has a result to compare with. */
  readonly stored: boolean;
  /** The first byte that differs, for each output with a difference. */
  readonly differences: readonly string[];
  /** Folder with both attempts, if they differ. */
  readonly kept?: string;
}

/**
 * Runs each of the stages called `names` twice in fresh sandboxes and compares the bytes. Changes nothing in the store.
 *
 * @throws {Error} If a name is that of no stage, something that a stage reads is not in the store, or a stage fails.
 */
export async function* replay(
  pipeline: LoadedPipeline,
  names: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Replay> {
  const store = new Store(pipeline.root);
  const planner = new Planner(pipeline, store);
  const runner = new StageRunner(pipeline, store);
  using _shared = await shareStore(store.folder, signal);
  const { instances, mayRun } = select(pipeline.instances, { only: names });
  const limits = { cores: navigator.hardwareConcurrency, memory: machineMemory(), gpus: visibleGpus() };
  for (const instance of instances) {
    const [missing] = planner.unsettled(instance);
    if (missing !== undefined) {
      if (!mayRun.has(instance)) continue;
      throw new Error(
        `Cannot replay "${instance.id}": the result of "${missing.id}", which it reads, is not in the store, ` +
          `expected a run before`,
      );
    }
    const planned = await planner.plan(instance);
    const found = await store.lookup(planned.key);
    if (found.state === "hit") planner.settle(instance, found.result);
    if (mayRun.has(instance)) {
      yield await replayOne(planned, found.state === "hit", store, runner, limits, signal);
    }
  }
}

async function replayOne(
  planned: PlannedStage,
  stored: boolean,
  store: Store,
  runner: StageRunner,
  limits: Limits,
  signal: AbortSignal,
): Promise<Replay> {
  const { key, instance } = planned;
  const { id: stage, resources } = instance;
  const shortage = shortageOf(resources, limits);
  if (shortage !== undefined) {
    throw new Error(`Cannot replay "${stage}": ${shortage.problem}, expected no more`);
  }
  const cores = resources.cores === "all" ? limits.cores : resources.cores;
  const gpus = limits.gpus.slice(0, resources.gpus);
  const scratches: string[] = [];
  try {
    for (const attempt of ["first", "second"]) {
      const scratch = store.createScratch(key);
      scratches.push(scratch);
      const checkpoint = join(scratch, "checkpoint");
      Deno.mkdirSync(checkpoint);
      try {
        await runner.run(planned, { scratch, checkpoint, cores, gpus, onMessage() {}, signal });
      } catch (error) {
        throw new Error(`Cannot replay "${stage}": the ${attempt} run failed: ${(error as Error).message}`);
      }
    }
    const [first, second] = scratches.map((scratch) => join(scratch, "outputs"));
    const unstable = compare(instance.stage.outputs, first, second);
    if (unstable.length > 0) {
      const kept = join(store.folder, "replays", key);
      removeIfPresent(kept);
      Deno.mkdirSync(kept, { recursive: true });
      scratches.forEach((scratch, i) => Deno.renameSync(scratch, join(kept, ["first", "second"][i])));
      return { stage, state: "unstable", stored, differences: unstable, kept };
    }
    const drifted = stored
      ? compare(instance.stage.outputs, join(store.entryPath(key), "outputs"), first)
      : [];
    return { stage, state: drifted.length > 0 ? "drifted" : "same", stored, differences: drifted };
  } finally {
    scratches.forEach(removeIfPresent);
  }
}

function compare(outputs: readonly string[], first: string, second: string): string[] {
  return outputs.flatMap((output) => {
    const difference = firstDifference(join(first, output), join(second, output));
    return difference === undefined ? [] : [`output ${output}: ${difference}`];
  });
}
