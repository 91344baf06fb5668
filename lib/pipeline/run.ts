import { join, relative } from "node:path";
import { EventLog, type NewRunEvent, type RunEvent } from "./events.ts";
import { removeIfPresent } from "./files.ts";
import type { LoadedPipeline } from "./load.ts";
import { acquireLock, shareStore } from "./lock.ts";
import { upstreamOf } from "./pipeline.ts";
import { type PlannedStage, Planner } from "./planner.ts";
import type { StageMessage } from "./protocol.ts";
import { publish } from "./publish.ts";
import { runTasks } from "./scheduler.ts";
import type { StageInstance } from "./stage.ts";
import { SlurmExecutor } from "./slurm_executor.ts";
import { StageError, StageRunner } from "./stage_runner.ts";
import { select, type Selected, type Selection } from "./selection.ts";
import { type Result, Store } from "./store.ts";

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
  /** Copies outputs into the project, as the pipeline says. */
  readonly publish: boolean;
  /** Publishes over files that were edited by hand. */
  readonly overwrite: boolean;
  /** When the command began, on the clock of `performance.now()`: loading counts as part of the run. */
  readonly start: number;
  /** Runs stages as jobs of Slurm; else as processes of this machine. */
  readonly slurm?: { readonly options: readonly string[]; readonly latency: number };
  /** The file for the events, if not the one of a run. */
  readonly events?: string;
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
  using _shared = await shareStore(store.folder, settings.signal);
  using events = new EventLog(store.folder, settings.onEvent, settings.events);
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
  readonly #slurm: SlurmExecutor | undefined;
  readonly #planned = new Map<number, PlannedStage>();
  /** Keys of which this run has made an attempt. */
  readonly #attempted = new Set<string>();
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
    const { slurm, force, signal } = settings;
    if (slurm === undefined) return;
    const onEvent = (event: RunEvent) => this.#passOn(event);
    this.#slurm = new SlurmExecutor(pipeline, store, events.run, { ...slurm, force, signal, onEvent });
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
      slots: this.#slotsOf(instance),
    }));
    const unreached = await runTasks(
      tasks,
      jobs,
      {
        isDone: (i) => this.#isDone(instances[i]),
        prepare: (i) => this.#prepare(i),
        execute: (i) => this.#execute(this.#planned.get(i)!),
        onError: (i, error) => this.#reportFailure(instances[i], this.#planned.get(i), error),
      },
      signal,
      keepGoing,
    );
    const state = signal.aborted ? "stopped" : this.#counts.failed > 0 ? "failed" : "succeeded";
    const seconds = (performance.now() - start) / 1000;
    this.#emit({ type: "run-finished", state, ...this.#counts, unreached: unreached.length, seconds });
    this.#planner.save();
    this.#store.save();
    this.#events.checkRecorded();
    return state;
  }

  #emit(event: NewRunEvent): void {
    this.#events.emit(event);
  }

  /** Slots of a stage: its cores, or on Slurm, which counts cores itself, its job. */
  #slotsOf(instance: StageInstance): number {
    return this.#slurm === undefined ? this.#coresOf(instance) : 1;
  }

  #coresOf({ cores }: StageInstance): number {
    return cores === "all" ? this.#settings.jobs : Math.min(cores, this.#settings.jobs);
  }

  /** Takes a result from the store if that can be done at once: nothing to read, nothing to publish. */
  #isDone(instance: StageInstance): boolean {
    const { force, verify } = this.#settings;
    if (force || verify || Object.keys(instance.publish).length > 0) return false;
    const planned = this.#planner.planNow(instance);
    const result = planned && this.#store.lookupNow(planned.key);
    if (result === undefined) return false;
    this.#countHit(instance, result);
    this.#planner.settle(instance, result);
    return true;
  }

  #countHit({ id: stage }: StageInstance, { key }: Result): void {
    this.#counts.hits++;
    this.#emit({ type: "stage-hit", stage, key });
  }

  async #prepare(index: number): Promise<boolean> {
    const planned = await this.#planner.plan(this.#selected.instances[index]);
    const { instance, key } = planned;
    const mayRun = this.#selected.mayRun.has(instance);
    const { force, verify } = this.#settings;
    if (force && mayRun) {
      this.#planned.set(index, planned);
      return true;
    }
    const found = await this.#store.lookup(key, { verify });
    if (found.state === "damaged") {
      this.#emit({ type: "entry-damaged", stage: instance.id, key, reason: found.reason });
    }
    if (found.state === "hit") {
      await this.#takeFromStore(instance, found.result);
      return false;
    }
    this.#planned.set(index, planned);
    if (mayRun) return true;
    throw new Error(
      "its result is not in the store and the selection leaves it out, expected it made before or selected",
    );
  }

  async #takeFromStore(instance: StageInstance, result: Result): Promise<void> {
    this.#countHit(instance, result);
    await this.#settle(instance, result);
  }

  async #execute(planned: PlannedStage): Promise<void> {
    const { instance, key } = planned;
    const { signal, force, verify } = this.#settings;
    if (this.#slurm !== undefined) return await this.#executeOn(this.#slurm, planned);
    let waited = false;
    const onWait = () => {
      waited = true;
      this.#emit({ type: "stage-waiting", stage: instance.id, key });
    };
    let made: Made;
    {
      using lock = await acquireLock(this.#store.lockPath(key), { onWait, signal }).catch((error) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (lock === undefined) return;
      // Another engine, or an equal stage of this run, may have done the work since we looked.
      const found = waited || !force ? await this.#store.lookup(key, { verify }) : undefined;
      if (found?.state === "hit") return await this.#takeFromStore(instance, found.result);
      const result = await this.#attemptOften(planned);
      if (result === undefined) return;
      made = result;
    }
    await this.#finishStage(instance, made);
  }

  async #finishStage(instance: StageInstance, { result, seconds }: Made): Promise<void> {
    this.#counts.ran++;
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([name, { hash }]) => [name, hash]),
    );
    this.#emit({ type: "stage-finished", stage: instance.id, key: result.key, seconds, outputs });
    await this.#settle(instance, result);
  }

  /** Has a worker of Slurm make a result; the worker takes the key's lock. */
  async #executeOn(slurm: SlurmExecutor, planned: PlannedStage): Promise<void> {
    const { instance, key } = planned;
    const outcome = await slurm.run(planned);
    if (outcome.state === "stopped") {
      this.#emit({ type: "stage-stopped", stage: instance.id, key, resumable: true });
      return;
    }
    if (outcome.state === "failed") {
      const { error, kept, resumable } = outcome;
      throw new AttemptError(
        new Error(error),
        kept === undefined ? undefined : join(this.#pipeline.root, kept),
        resumable,
      );
    }
    const found = await this.#store.lookup(key);
    if (found.state !== "hit") throw new Error("its result was there and is gone, expected it to stay");
    await this.#finishStage(instance, {
      result: found.result,
      seconds: this.#store.manifest(key)?.seconds ?? 0,
    });
  }

  /** Takes over what a worker says of its stage on the way. */
  #passOn({ at: _, ...event }: RunEvent): void {
    const ofStage = [
      "stage-waiting",
      "stage-started",
      "stage-progress",
      "stage-log",
      "stage-retried",
      "entry-damaged",
    ];
    if (ofStage.includes(event.type)) this.#emit(event as NewRunEvent);
  }

  /** Attempts a stage again as long as it fails with an error that it declares to be passing. */
  async #attemptOften(planned: PlannedStage): Promise<Made | undefined> {
    const { instance, key } = planned;
    const { errors, times } = instance.stage.retries;
    for (let retry = 0;; retry++) {
      try {
        return await this.#attempt(planned);
      } catch (error) {
        const cause = error instanceof AttemptError ? error.cause : undefined;
        const passing = cause instanceof StageError &&
          errors.some((text) => text === cause.thrown || cause.message.includes(text));
        if (!passing || retry === times) throw error;
        this.#emit({ type: "stage-retried", stage: instance.id, key, error: cause.message });
      }
    }
  }

  /** Runs a stage once and commits its result. Gives undefined if the run was stopped meanwhile. */
  async #attempt(planned: PlannedStage): Promise<Made | undefined> {
    const { instance, key } = planned;
    const { force, signal } = this.#settings;
    // A retry goes on from the checkpoint even then.
    const fresh = force && !this.#attempted.has(key);
    this.#attempted.add(key);
    const scratch = this.#store.createScratch(key);
    const checkpoint = this.#store.checkpoint(key, this.#runner.sourcesOf(planned));
    let made: Made;
    try {
      const resumes = await checkpoint.open({ fresh, signal });
      const cores = this.#coresOf(instance);
      this.#emit({ type: "stage-started", stage: instance.id, key, cores, resumes });
      const manifest = await this.#runner.run(planned, {
        scratch,
        checkpoint: checkpoint.path,
        cores,
        onMessage: (message) => this.#pass(instance, message),
        signal,
      });
      made = { result: await this.#store.commit(scratch, manifest, force), seconds: manifest.seconds };
    } catch (error) {
      const resumable = checkpoint.close();
      if (signal.aborted) {
        removeIfPresent(scratch);
        this.#emit({ type: "stage-stopped", stage: instance.id, key, resumable });
        return undefined;
      }
      throw new AttemptError(error, this.#store.keepFailure(key, scratch), resumable);
    }
    removeIfPresent(this.#store.failurePath(key));
    checkpoint.remove();
    return made;
  }

  /** Makes an event of what a stage's process says. */
  #pass({ id }: StageInstance, message: StageMessage): void {
    if (message.type === "progress") this.#emit({ ...message, type: "stage-progress", stage: id });
    if (message.type === "log") this.#emit({ type: "stage-log", stage: id, line: message.line });
  }

  async #settle(instance: StageInstance, result: Result): Promise<void> {
    this.#planner.settle(instance, result);
    if (!this.#selected.mayRun.has(instance) || !this.#settings.publish) return;
    for (const [output, target] of Object.entries(instance.publish)) {
      const publishing = this.#publishing.then(() => this.#publish(instance, result, output, target));
      this.#publishing = publishing.catch(() => {});
      await publishing.catch((error: Error) => {
        throw new Error(`its output ${output} could not be published to ${target}: ${error.message}`);
      });
    }
  }

  async #publish(instance: StageInstance, result: Result, output: string, target: string): Promise<void> {
    const source = this.#store.outputPath(result.key, output);
    const { overwrite } = this.#settings;
    for (
      const file of await publish(this.#pipeline.root, source, result.outputs[output], target, overwrite)
    ) {
      const { path, hash } = file;
      if (file.state === "published") {
        this.#emit({ type: "published", stage: instance.id, target, path, hash });
      }
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

/** A result that this run made, and how long that took. */
interface Made {
  readonly result: Result;
  readonly seconds: number;
}

/** Carries what a failed attempt left. */
class AttemptError extends Error {
  constructor(
    cause: unknown,
    /** The folder with its log and outputs; undefined if they could not be kept. */
    readonly kept: string | undefined,
    /** Whether the next attempt can go on from its checkpoint. */
    readonly resumable: boolean,
  ) {
    super("the attempt failed", { cause });
  }
}
