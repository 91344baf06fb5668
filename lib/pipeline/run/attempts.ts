import type { NewRunEvent } from "../history/events.ts";
import { removeIfPresent } from "../base/files.ts";
import { GpuPool } from "./gpu_pool.ts";
import type { Limits } from "./limits.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import type { PlannedStage } from "../plan/planner.ts";
import type { StageMessage } from "./protocol.ts";
import { coresOf } from "../define/resources.ts";
import type { StageInstance } from "../define/stage.ts";
import { StageError, StageRunner } from "./stage_runner.ts";
import type { Result, Store } from "../store/store.ts";

/** A result that this run made, how long that took and how much memory. */
export interface Made {
  readonly result: Result;
  readonly seconds: number;
  readonly peakMemory?: number;
}

/** Carries what a failed attempt left. */
export class AttemptError extends Error {
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

/** How attempts are made. */
export interface AttemptOptions {
  readonly limits: Limits;
  /** Begins without what earlier attempts saved, and replaces a result that has other bytes. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly emit: (event: NewRunEvent) => void;
}

/** Makes results in processes of this machine, one attempt after the other where a stage's errors pass. */
export class Attempts {
  readonly #store: Store;
  readonly #runner: StageRunner;
  readonly #options: AttemptOptions;
  readonly #gpus: GpuPool;
  /** Keys of which this run has made an attempt. */
  readonly #attempted = new Set<string>();

  constructor(pipeline: LoadedPipeline, store: Store, options: AttemptOptions) {
    this.#store = store;
    this.#runner = new StageRunner(pipeline, store);
    this.#options = options;
    this.#gpus = new GpuPool(options.limits.gpus);
  }

  /**
   * Makes the result of a stage whose lock is held, again as long as it fails with an error that it declares to be
   * passing.
   *
   * @returns Undefined if the run was stopped meanwhile.
   * @throws {AttemptError} If the last attempt fails.
   */
  async make(planned: PlannedStage): Promise<Made | undefined> {
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
        this.#options.emit({ type: "stage-retried", stage: instance.id, key, error: cause.message });
      }
    }
  }

  /** Runs a stage once and commits its result. */
  async #attempt(planned: PlannedStage): Promise<Made | undefined> {
    const { instance, key } = planned;
    const { force, signal, emit, limits } = this.#options;
    // A retry goes on from the checkpoint even then.
    const fresh = force && !this.#attempted.has(key);
    this.#attempted.add(key);
    const scratch = this.#store.createScratch(key);
    const checkpoint = this.#store.checkpoint(key, this.#runner.sourcesOf(planned));
    let made: Made;
    try {
      const resumes = await checkpoint.open({ fresh, signal });
      const cores = coresOf(instance.resources, limits.cores);
      using taken = this.#gpus.take(instance.resources.gpus);
      const gpus = taken.names;
      emit({ type: "stage-started", stage: instance.id, key, cores, gpus, resumes });
      const manifest = await this.#runner.run(planned, {
        scratch,
        checkpoint: checkpoint.path,
        cores,
        gpus,
        onMessage: (message) => this.#pass(instance, message),
        signal,
      });
      const { seconds, peakMemory } = manifest;
      made = { result: await this.#store.commit(scratch, manifest, force), seconds, peakMemory };
    } catch (error) {
      const resumable = checkpoint.close();
      if (signal.aborted) {
        removeIfPresent(scratch);
        emit({ type: "stage-stopped", stage: instance.id, key, resumable });
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
    const { emit } = this.#options;
    if (message.type === "progress") emit({ ...message, type: "stage-progress", stage: id });
    if (message.type === "memory") emit({ ...message, type: "stage-memory", stage: id });
    if (message.type === "log") emit({ type: "stage-log", stage: id, line: message.line });
  }
}
