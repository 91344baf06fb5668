import { relative } from "node:path";
import { EventLog, type NewRunEvent, type RunEvent } from "./events.ts";
import { removeIfPresent } from "./files.ts";
import type { LoadedPipeline } from "./load.ts";
import { acquireLock } from "./lock.ts";
import { upstreamOf } from "./pipeline.ts";
import { type PlannedStage, Planner } from "./planner.ts";
import type { StageMessage } from "./protocol.ts";
import { publish } from "./publish.ts";
import { runTasks } from "./scheduler.ts";
import type { StageInstance } from "./stage.ts";
import { StageRunner } from "./stage_runner.ts";
import { select, type Selected, type Selection } from "./selection.ts";
import { type Manifest, Store } from "./store.ts";

/** How a run is done. */
export interface RunSettings {
  /** Slots for stages; a stage occupies as many as its cores. */
  readonly jobs: number;
  /** The stages that may run. */
  readonly selection: Selection;
  /** Runs them even if their result is in the store. */
  readonly force: boolean;
  /** Goes on after a failure with what does not depend on it. */
  readonly keepGoing: boolean;
  /** Takes a result from the store only if its bytes are those that were written. */
  readonly verify: boolean;
  /** Publishes over files that were edited by hand. */
  readonly overwrite: boolean;
  /** When the command began, on the clock of `performance.now()`: loading counts as part of the run. */
  readonly start: number;
  readonly onEvent: (event: RunEvent) => void;
  /** Stops the run: children are ended, nothing unfinished is kept. */
  readonly signal: AbortSignal;
}

/** How a run ended. */
export type RunState = "succeeded" | "failed" | "stopped";

/** Runs the stages of `pipeline` whose results are not in the store. */
export async function run(pipeline: LoadedPipeline, settings: RunSettings): Promise<RunState> {
  const selected = select(pipeline.instances, settings.selection);
  const store = new Store(pipeline.root);
  using events = new EventLog(store.folder, settings.onEvent);
  return await new Run(pipeline, settings, selected, store, events).finish();
}

class Run {
  readonly #pipeline: LoadedPipeline;
  readonly #settings: RunSettings;
  readonly #store: Store;
  readonly #planner: Planner;
  readonly #runner: StageRunner;
  readonly #events: EventLog;
  readonly #selected: Selected;
  readonly #planned = new Map<number, PlannedStage>();
  readonly #counts = { ran: 0, hits: 0, failed: 0 };
  /** The tail of a queue: publications share a record, so they go one by one. */
  #publishing: Promise<void> = Promise.resolve();

  constructor(
    pipeline: LoadedPipeline,
    settings: RunSettings,
    selected: Selected,
    store: Store,
    events: EventLog,
  ) {
    this.#pipeline = pipeline;
    this.#settings = settings;
    this.#store = store;
    this.#planner = new Planner(pipeline, store);
    this.#runner = new StageRunner(pipeline, store);
    this.#events = events;
    this.#selected = selected;
  }

  async finish(): Promise<RunState> {
    const { name, file, params } = this.#pipeline;
    const { instances } = this.#selected;
    const { jobs, signal, start, keepGoing } = this.#settings;
    this.#emit({
      type: "run-started",
      run: this.#events.run,
      pipeline: name,
      file,
      params,
      jobs,
      stages: instances.map(({ id }) => id),
    });
    const indices = new Map(instances.map((instance, i) => [instance, i]));
    const tasks = instances.map((instance) => ({
      needs: upstreamOf(instance).map((upstream) => indices.get(upstream)!),
      slots: this.#coresOf(instance),
    }));
    const unreached = await runTasks(
      tasks,
      jobs,
      {
        prepare: (i) => this.#prepare(i),
        execute: (i) => this.#execute(this.#planned.get(i)!),
        onError: (i, error) => this.#reportFailure(instances[i], this.#planned.get(i), error),
      },
      signal,
      keepGoing,
    );
    this.#planner.save();
    const state = signal.aborted ? "stopped" : this.#counts.failed > 0 ? "failed" : "succeeded";
    const seconds = (performance.now() - start) / 1000;
    this.#emit({ type: "run-finished", state, ...this.#counts, unreached: unreached.length, seconds });
    return state;
  }

  #emit(event: NewRunEvent): void {
    this.#events.emit(event);
  }

  #coresOf({ cores }: StageInstance): number {
    return cores === "all" ? this.#settings.jobs : Math.min(cores, this.#settings.jobs);
  }

  async #prepare(index: number): Promise<boolean> {
    const planned = await this.#planner.plan(this.#selected.instances[index]);
    const { instance, key } = planned;
    const mayRun = this.#selected.mayRun.has(instance);
    const { force, verify } = this.#settings;
    this.#planned.set(index, planned);
    if (force && mayRun) return true;
    const found = await this.#store.lookup(key, { verify });
    if (found.state === "damaged") {
      this.#emit({ type: "entry-damaged", stage: instance.id, key, reason: found.reason });
    }
    if (found.state === "hit") {
      await this.#takeFromStore(instance, found.manifest);
      return false;
    }
    if (mayRun) return true;
    throw new Error(
      "its result is not in the store and the selection leaves it out, expected it made before or selected",
    );
  }

  async #takeFromStore(instance: StageInstance, manifest: Manifest): Promise<void> {
    this.#counts.hits++;
    this.#emit({ type: "stage-hit", stage: instance.id, key: manifest.key });
    await this.#settle(instance, manifest);
  }

  async #execute(planned: PlannedStage): Promise<void> {
    const { instance, key } = planned;
    const { signal, force, verify } = this.#settings;
    let waited = false;
    const onWait = () => {
      waited = true;
      this.#emit({ type: "stage-waiting", stage: instance.id, key });
    };
    let manifest: Manifest;
    {
      using lock = await acquireLock(this.#store.lockPath(key), { onWait, signal }).catch((error) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (lock === undefined) return;
      // Another engine, or an equal stage of this run, may have done the work since we looked.
      const found = waited || !force ? await this.#store.lookup(key, { verify }) : undefined;
      if (found?.state === "hit") return await this.#takeFromStore(instance, found.manifest);
      const result = await this.#attempt(planned);
      if (result === undefined) return;
      manifest = result;
    }
    this.#counts.ran++;
    this.#emit({
      type: "stage-finished",
      stage: instance.id,
      key,
      seconds: manifest.seconds,
      outputs: Object.fromEntries(Object.entries(manifest.outputs).map(([name, { hash }]) => [name, hash])),
    });
    await this.#settle(instance, manifest);
  }

  /** Runs a stage once and commits its result. Gives undefined if the run was stopped meanwhile. */
  async #attempt(planned: PlannedStage): Promise<Manifest | undefined> {
    const { instance, key } = planned;
    const { force, signal } = this.#settings;
    const scratch = this.#store.createScratch(key);
    const checkpoint = this.#store.checkpoint(key, this.#runner.sourcesOf(planned));
    try {
      const resumes = await checkpoint.open({ fresh: force, signal });
      const cores = this.#coresOf(instance);
      this.#emit({ type: "stage-started", stage: instance.id, key, cores, resumes });
      const manifest = await this.#runner.run(planned, {
        scratch,
        checkpoint: checkpoint.path,
        cores,
        onMessage: (message) => this.#pass(instance, message),
        signal,
      });
      const committed = await this.#store.commit(scratch, manifest, force);
      removeIfPresent(this.#store.failurePath(key));
      checkpoint.remove();
      return committed;
    } catch (error) {
      const resumable = checkpoint.close();
      if (signal.aborted) {
        removeIfPresent(scratch);
        this.#emit({ type: "stage-stopped", stage: instance.id, key, resumable });
        return undefined;
      }
      throw new AttemptError(error, this.#store.keepFailure(key, scratch), resumable);
    }
  }

  /** Makes an event of what a stage's process says. */
  #pass({ id }: StageInstance, message: StageMessage): void {
    if (message.type === "progress") this.#emit({ ...message, type: "stage-progress", stage: id });
    if (message.type === "log") this.#emit({ type: "stage-log", stage: id, line: message.line });
  }

  async #settle(instance: StageInstance, manifest: Manifest): Promise<void> {
    this.#planner.settle(instance, manifest);
    if (!this.#selected.mayRun.has(instance)) return;
    for (const [output, target] of Object.entries(instance.publish)) {
      await (this.#publishing = this.#publishing.then(() =>
        this.#publish(instance, manifest, output, target)
      ));
    }
  }

  async #publish(instance: StageInstance, manifest: Manifest, output: string, target: string): Promise<void> {
    const source = this.#store.outputPath(manifest.key, output);
    const { overwrite } = this.#settings;
    for (
      const file of await publish(this.#pipeline.root, source, manifest.outputs[output], target, overwrite)
    ) {
      const { path, hash } = file;
      if (file.state === "published") this.#emit({ type: "published", stage: instance.id, path, hash });
      if (file.state === "edited") {
        const reason = "it was edited since it was published, expected --overwrite to replace it";
        this.#emit({ type: "publish-refused", stage: instance.id, path, reason });
      }
    }
  }

  #reportFailure(instance: StageInstance, planned: PlannedStage | undefined, error: unknown): void {
    this.#counts.failed++;
    const { cause, kept, resumable } = error instanceof AttemptError
      ? error
      : { cause: error, kept: undefined, resumable: false };
    this.#emit({
      type: "stage-failed",
      stage: instance.id,
      key: planned?.key,
      error: `Cannot run "${instance.id}": ${cause instanceof Error ? cause.message : cause}`,
      kept: kept === undefined ? undefined : relative(this.#pipeline.root, kept),
      resumable,
    });
  }
}

/** Carries what a failed attempt left. */
class AttemptError extends Error {
  constructor(
    cause: unknown,
    /** The folder with its log and outputs. */
    readonly kept: string,
    /** Whether the next attempt can go on from its checkpoint. */
    readonly resumable: boolean,
  ) {
    super("the attempt failed", { cause });
  }
}
