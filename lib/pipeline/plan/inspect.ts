import { listRuns, readEvents } from "../history/events.ts";
import type { LoadedPipeline } from "./load.ts";
import { Planner } from "./planner.ts";
import { select, type Selection } from "./selection.ts";
import { madeAt, Store } from "../store/store.ts";

/** What a run would do with a stage, and what the last ones did. */
export interface StageStatus {
  readonly stage: string;
  /**
   * "blocked": it reads a stage that would run, so whether it runs depends on what that one gives. "missing": it is
   * needed and not in the store, and the selection leaves it out.
   */
  readonly state: "hit" | "would-run" | "blocked" | "missing";
  readonly key?: string;
  /** How the present result, or for a failure the last attempt, came about. */
  readonly failed: boolean;
  readonly error?: string;
  /** When the result was made or the attempt failed: milliseconds since 1970. */
  readonly at?: number;
  /** How long making it took. */
  readonly seconds?: number;
  /** The most memory that took, bytes. */
  readonly peakMemory?: number;
}

/** How many runs `status` looks back for failures. */
const runsToRead = 50;

/** Finds out what a run would do, without running anything. */
export async function inspect(
  pipeline: LoadedPipeline,
  options: { readonly selection?: Selection; readonly force?: boolean } = {},
): Promise<StageStatus[]> {
  const store = new Store(pipeline.root);
  const planner = new Planner(pipeline, store);
  const failures = lastFailures(store.folder, pipeline.file);
  const statuses: StageStatus[] = [];
  const { instances, mayRun } = select(pipeline.instances, options.selection ?? {});
  for (const instance of instances) {
    const stage = instance.id;
    const failure = failures.get(stage);
    const past = failure === undefined ? { failed: false } : { failed: true, ...failure };
    if (planner.unsettled(instance).length > 0) {
      statuses.push({ stage, state: "blocked", ...past });
      continue;
    }
    const { key } = await planner.plan(instance);
    const found = await store.lookup(key);
    if (found.state !== "hit" || (options.force && mayRun.has(instance))) {
      statuses.push({ stage, state: mayRun.has(instance) ? "would-run" : "missing", key, ...past });
      continue;
    }
    planner.settle(instance, found.result);
    const made = store.manifest(key) ?? { startedAt: "", seconds: 0, peakMemory: undefined };
    const { seconds, peakMemory } = made;
    statuses.push({ stage, state: "hit", key, failed: false, at: madeAt(made), seconds, peakMemory });
  }
  planner.save();
  return statuses;
}

/** The stages of the pipeline in `file` whose last recorded attempt failed. */
function lastFailures(folder: string, file: string): Map<string, { at: number; error: string }> {
  const failures = new Map<string, { at: number; error: string }>();
  const decided = new Set<string>();
  for (const run of listRuns(folder).slice(0, runsToRead)) {
    const events = readEvents(folder, run);
    if (events[0]?.type !== "run-started" || events[0].file !== file) continue;
    for (const event of events) {
      if (event.type === "stage-failed" && !decided.has(event.stage)) {
        failures.set(event.stage, { at: event.at, error: event.error });
      }
      if (event.type === "stage-failed" || event.type === "stage-finished" || event.type === "stage-hit") {
        decided.add(event.stage);
      }
    }
  }
  return failures;
}
