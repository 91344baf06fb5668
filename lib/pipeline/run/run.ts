import { join, relative } from "node:path";
import { AttemptError, Attempts, type Made } from "./attempts.ts";
import { EventLog, type NewRunEvent, type RunEvent } from "../history/events.ts";
import { type Limits, shortageOf } from "./limits.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import { manyStages } from "../store/look_ahead.ts";
import { acquireLock, shareStore } from "../base/lock.ts";
import { upstreamOf } from "../define/pipeline.ts";
import { type PlannedStage, Planner } from "../plan/planner.ts";
import { Publications } from "./publications.ts";
import { coresOf } from "../define/resources.ts";
import { runTasks } from "./scheduler.ts";
import type { StageInstance } from "../define/stage.ts";
import { SlurmExecutor } from "../slurm/slurm_executor.ts";
import { select, type Selected, type Selection } from "../plan/selection.ts";
import { type Result, Store } from "../store/store.ts";

/** How a run is done. */
export interface RunSettings {
  /** What stages that run at a time have between them; on Slurm, which counts for itself, `cores` is that of jobs. */
  readonly limits: Limits;
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
  const takesMany = selected.instances.length >= manyStages && !settings.force && !settings.verify;
  using _ahead = takesMany && navigator.hardwareConcurrency > 1 ? store.lookAhead() : undefined;
  return await new Run(pipeline, settings, selected, store, events).finish();
}

class Run {
  readonly #pipeline: LoadedPipeline;
  readonly #settings: RunSettings;
  readonly #store: Store;
  readonly #planner: Planner;
  readonly #events: EventLog;
  readonly #selected: Selected;
  readonly #attempts: Attempts;
  readonly #slurm: SlurmExecutor | undefined;
  readonly #publications: Publications;
  readonly #planned = new Map<number, PlannedStage>();
  readonly #counts = { ran: 0, hits: 0, failed: 0 };

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
    this.#events = events;
    this.#selected = selected;
    const { slurm, force, limits, overwrite, signal } = settings;
    this.#attempts = new Attempts(pipeline, store, { force, limits, signal, emit: events.emit });
    this.#publications = new Publications(store, overwrite, events.emit);
    if (slurm === undefined) return;
    const onEvent = (event: RunEvent) => this.#passOn(event);
    this.#slurm = new SlurmExecutor(pipeline, store, events.run, { ...slurm, force, signal, onEvent });
  }

  async finish(): Promise<RunState> {
    const { name, file, params } = this.#pipeline;
    const { instances } = this.#selected;
    const { limits, signal, start, keepGoing } = this.#settings;
    this.#emit({
      type: "run-started",
      run: this.#events.run,
      pipeline: name,
      file,
      params,
      jobs: limits.cores,
      stages: instances.map(({ id }) => id),
    });
    const indices = new Map(instances.map((instance, i) => [instance, i]));
    const tasks = instances.map((instance) => ({
      needs: upstreamOf(instance).map((upstream) => indices.get(upstream)!),
      slots: this.#slotsOf(instance),
    }));
    const unreached = await runTasks(
      tasks,
      [limits.cores, limits.memory, limits.gpus.length],
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

  /** Cores, memory and GPUs of a stage, or on Slurm, which counts these itself, its job. */
  #slotsOf({ resources }: StageInstance): readonly number[] {
    const { cores, memory, gpus } = resources;
    if (this.#slurm !== undefined || (cores === 1 && memory === 0 && gpus === 0)) return oneCore;
    return [coresOf(resources, this.#settings.limits.cores), memory, gpus];
  }

  /** Takes a result from the store if that can be done at once: nothing to read, nothing to publish. */
  #isDone(instance: StageInstance): boolean {
    const { force, verify } = this.#settings;
    if (force || verify || Object.keys(instance.publish).length > 0) return false;
    const key = this.#planner.keyNow(instance);
    const result = key === undefined ? undefined : this.#store.lookupNow(key);
    if (result === undefined) return false;
    this.#countHit(instance, result);
    this.#planner.settle(instance, result);
    return true;
  }

  #countHit({ id: stage }: StageInstance, { key }: Result): void {
    this.#counts.hits++;
    this.#slurm?.forget(key);
    this.#emit({ type: "stage-hit", stage, key });
  }

  async #prepare(index: number): Promise<boolean> {
    const planned = await this.#planner.plan(this.#selected.instances[index]);
    const { instance, key } = planned;
    const mayRun = this.#selected.mayRun.has(instance);
    const { force, verify } = this.#settings;
    if (force && mayRun) return this.#toExecute(index, planned);
    const found = await this.#store.lookup(key, { verify });
    if (found.state === "damaged") {
      this.#emit({ type: "entry-damaged", stage: instance.id, key, reason: found.reason });
    }
    if (found.state === "hit") {
      await this.#takeFromStore(instance, found.result);
      return false;
    }
    if (mayRun) return this.#toExecute(index, planned);
    this.#planned.set(index, planned);
    throw new Error(
      "its result is not in the store and the selection leaves it out, expected it made before or selected",
    );
  }

  #toExecute(index: number, planned: PlannedStage): true {
    this.#planned.set(index, planned);
    const { resources } = planned.instance;
    const shortage = this.#slurm === undefined ? shortageOf(resources, this.#settings.limits) : undefined;
    if (shortage !== undefined) throw new Error(`${shortage.problem}, expected no more`);
    return true;
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
      const result = await this.#attempts.make(planned);
      if (result === undefined) return;
      made = result;
    }
    await this.#finishStage(instance, made);
  }

  async #finishStage(instance: StageInstance, { result, seconds, peakMemory }: Made): Promise<void> {
    this.#counts.ran++;
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([name, { hash }]) => [name, hash]),
    );
    const { id: stage } = instance;
    this.#emit({ type: "stage-finished", stage, key: result.key, seconds, peakMemory, outputs });
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
    const { seconds = 0, peakMemory } = this.#store.manifest(key) ?? {};
    await this.#finishStage(instance, { result: found.result, seconds, peakMemory });
  }

  /** Takes over what a worker says of its stage on the way. */
  #passOn({ at: _, ...event }: RunEvent): void {
    const ofStage = [
      "stage-waiting",
      "stage-started",
      "stage-progress",
      "stage-memory",
      "stage-log",
      "stage-retried",
      "entry-damaged",
    ];
    if (ofStage.includes(event.type)) this.#emit(event as NewRunEvent);
  }

  async #settle(instance: StageInstance, result: Result): Promise<void> {
    this.#planner.settle(instance, result);
    if (!this.#selected.mayRun.has(instance) || !this.#settings.publish) return;
    await this.#publications.publish(instance, result);
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

/** Slots of a stage that asks for nothing: one array for all of them. */
const oneCore = [1, 0, 0];
