import { dirname, join, relative } from "node:path";
import type { Checkpoint } from "./checkpoint.ts";
import { isUntouched } from "./content.ts";
import { EventLog, type NewRunEvent, type RunEvent } from "./events.ts";
import { removeIfPresent } from "./files.ts";
import type { LoadedPipeline } from "./load.ts";
import { runInChild } from "./local_executor.ts";
import { acquireLock } from "./lock.ts";
import { upstreamOf } from "./pipeline.ts";
import { type PlannedStage, Planner } from "./planner.ts";
import { gitState, packageFolders } from "./project.ts";
import type { StageJob } from "./protocol.ts";
import { publish } from "./publish.ts";
import { explainDenial, permissionFlags, stageEnvironment } from "./sandbox.ts";
import { runTasks } from "./scheduler.ts";
import type { StageInstance } from "./stage.ts";
import { type Manifest, Store } from "./store.ts";

/** How a run is done. */
export interface RunSettings {
  /** Slots for stages; a stage occupies as many as its cores. */
  readonly jobs: number;
  /** Runs every stage, even those whose result is in the store. */
  readonly force: boolean;
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
  const store = new Store(pipeline.root);
  using events = new EventLog(store.folder, settings.onEvent);
  return await new Run(pipeline, settings, store, events).finish();
}

class Run {
  readonly #pipeline: LoadedPipeline;
  readonly #settings: RunSettings;
  readonly #store: Store;
  readonly #planner: Planner;
  readonly #events: EventLog;
  readonly #planned = new Map<number, PlannedStage>();
  readonly #counts = { ran: 0, hits: 0, failed: 0 };
  /** The tail of a queue: publications share a record, so they go one by one. */
  #publishing: Promise<void> = Promise.resolve();
  #machine: Promise<Machine> | undefined;

  constructor(pipeline: LoadedPipeline, settings: RunSettings, store: Store, events: EventLog) {
    this.#pipeline = pipeline;
    this.#settings = settings;
    this.#store = store;
    this.#planner = new Planner(pipeline, store);
    this.#events = events;
  }

  async finish(): Promise<RunState> {
    const { name, file, params, instances } = this.#pipeline;
    const { jobs, signal, start } = this.#settings;
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
    const unreached = await runTasks(tasks, jobs, {
      prepare: (i) => this.#prepare(i),
      execute: (i) => this.#execute(this.#planned.get(i)!),
      onError: (i, error) => this.#reportFailure(instances[i], this.#planned.get(i), error),
    }, signal);
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
    const planned = await this.#planner.plan(this.#pipeline.instances[index]);
    const { instance, key } = planned;
    this.#planned.set(index, planned);
    if (this.#settings.force) return true;
    const found = await this.#store.lookup(key);
    if (found.state === "damaged") {
      this.#emit({ type: "entry-damaged", stage: instance.id, key, reason: found.reason });
    }
    if (found.state === "hit") await this.#takeFromStore(instance, found.manifest);
    return found.state !== "hit";
  }

  async #takeFromStore(instance: StageInstance, manifest: Manifest): Promise<void> {
    this.#counts.hits++;
    this.#emit({ type: "stage-hit", stage: instance.id, key: manifest.key });
    await this.#settle(instance, manifest);
  }

  async #execute(planned: PlannedStage): Promise<void> {
    const { instance, key } = planned;
    const { signal, force } = this.#settings;
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
      const found = waited || !force ? await this.#store.lookup(key) : undefined;
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
    const { signal } = this.#settings;
    const scratch = this.#store.createScratch(key);
    const sources = [
      ...planned.inputs.map(({ path }) => path),
      ...this.#pipeline.graph.pathsOf(planned.code),
    ];
    const checkpoint = this.#store.checkpoint(key, sources);
    try {
      const manifest = await this.#runOnce(planned, scratch, checkpoint);
      const committed = await this.#store.commit(scratch, manifest, this.#settings.force);
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

  async #runOnce(planned: PlannedStage, scratch: string, checkpoint: Checkpoint): Promise<Manifest> {
    const { instance, key, parts, code, inputs } = planned;
    const { stage } = instance;
    const { root, config, graph } = this.#pipeline;
    const { denoDir, packages, git } = await this.#describeMachine();
    const cores = this.#coresOf(instance);
    const outputs = join(scratch, "outputs");
    const temporary = join(scratch, "tmp");
    Deno.mkdirSync(outputs);
    Deno.mkdirSync(temporary);
    const job: StageJob = {
      stage: stage.name,
      params: instance.params,
      inputs: Object.fromEntries(stage.inputs.map((name) => {
        const paths = inputs.filter((input) => input.name === name).map(({ path }) => path);
        return [name, Array.isArray(instance.inputs[name]) ? paths : paths[0]];
      })),
      outputs: Object.fromEntries(stage.outputs.map((name) => [name, prepareOutput(outputs, name)])),
      cores,
      checkpoint: checkpoint.path,
      engine: Deno.pid,
    };
    const permissions = permissionFlags({
      root,
      stage,
      inputs: inputs.map(({ path }) => path),
      writable: [outputs, temporary, checkpoint.path],
      packages,
    });
    const env = stageEnvironment(stage, { denoDir, temporary }, cores);
    const { force, signal } = this.#settings;
    const resumes = await checkpoint.open({ fresh: force, signal });
    this.#emit({ type: "stage-started", stage: instance.id, key, cores, resumes });
    const startedAt = new Date().toISOString();
    const start = performance.now();
    const outcome = await runInChild(
      { scratch, root, config, module: stage.module, job, permissions, env },
      (message) => {
        if (message.type === "progress") {
          this.#emit({ ...message, type: "stage-progress", stage: instance.id });
        }
        if (message.type === "log") this.#emit({ type: "stage-log", stage: instance.id, line: message.line });
      },
      signal,
    );
    const seconds = (performance.now() - start) / 1000;
    if (outcome.state === "failed") {
      throw new Error(explainDenial(outcome.text, stage, root) ?? outcome.message);
    }
    for (const { name, path, content } of inputs) {
      if (!isUntouched(path, content.files)) {
        throw new Error(
          `input "${name}" (${
            relative(root, path)
          }) changed while it ran, expected the same file before and after: ` +
            `run again`,
        );
      }
    }
    if (!graph.isUntouched(code)) {
      throw new Error("its code changed while it ran, expected it unchanged: run again");
    }
    const contents = await this.#store.readOutputs(scratch, stage.outputs);
    removeIfPresent(temporary);
    removeIfPresent(join(scratch, "main.mjs"));
    return {
      key,
      id: instance.id,
      parts,
      code,
      outputs: contents,
      deterministic: stage.deterministic,
      startedAt,
      seconds,
      cores,
      git,
      deno: Deno.version.deno,
      log: "log.txt",
    };
  }

  /** What only a run that executes something needs to know: asked once. */
  #describeMachine(): Promise<Machine> {
    this.#machine ??= Promise.all([packageFolders(this.#pipeline), gitState(this.#pipeline.root)])
      .then(([folders, git]) => ({ ...folders, git }));
    return this.#machine;
  }

  async #settle(instance: StageInstance, manifest: Manifest): Promise<void> {
    this.#planner.settle(instance, manifest);
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

/** What attempts need to know of this machine and checkout. */
interface Machine {
  readonly denoDir: string;
  readonly packages: readonly string[];
  readonly git: Manifest["git"];
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

/** Makes the folder of an output, or the output itself if it is a folder; gives its path. */
function prepareOutput(outputs: string, name: string): string {
  const path = join(outputs, name.replace(/\/$/, ""));
  Deno.mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
  return path;
}
