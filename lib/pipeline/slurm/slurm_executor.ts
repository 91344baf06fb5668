import { dirname, join, relative } from "node:path";
import type { JsonObject } from "../base/canonical_json.ts";
import type { RunEvent } from "../history/events.ts";
import { randomSuffix, readTextIfPresent, removeIfPresent, writeFileAtomically } from "../base/files.ts";
import type { LoadedPipeline } from "../plan/load.ts";
import { NewLines } from "../base/new_lines.ts";
import type { PlannedStage } from "../plan/planner.ts";
import { engineCommand } from "../plan/project.ts";
import { cancel, queue, submit } from "./slurm_commands.ts";
import type { Store } from "../store/store.ts";

/** What one task of an array does: a stage of a pipeline. */
export interface WorkItem {
  /** Absolute path of the pipeline file. */
  readonly file: string;
  readonly params: JsonObject;
  /** Name of the stage's instance. */
  readonly stage: string;
  readonly force: boolean;
  /** Absolute path of the file for the worker's events. */
  readonly events: string;
}

/** Written before a task is submitted, so that a driver that was killed in between finds its jobs again. */
interface Intent {
  /** Name of the job, unique. */
  readonly name: string;
  /** Index in its array. */
  readonly index: number;
  readonly events: string;
}

/** How the executor goes about. */
export interface SlurmSettings {
  /** Further options for sbatch. */
  readonly options: readonly string[];
  readonly force: boolean;
  /** How long a file may take to appear that another machine wrote, milliseconds. */
  readonly latency: number;
  readonly signal: AbortSignal;
  /** Called for the events of workers. */
  readonly onEvent: (event: RunEvent) => void;
}

/** How a task ended. */
export type TaskOutcome =
  | { readonly state: "made" }
  | { readonly state: "stopped" }
  | { readonly state: "failed"; readonly error: string; readonly kept?: string; readonly resumable: boolean };

/** Time to gather stages that become ready together into one array, milliseconds. */
const gatherTime = 100;

/** Time between two looks at the files of workers, and between two questions to Slurm, milliseconds. */
const lookInterval = 300;
const askInterval = 2000;

/** The most tasks of an array: Slurm's default of MaxArraySize is 1001. */
const mostTasks = 1000;

/** How often a task is submitted that ends without a word: killed, or on a machine that failed. */
const mostSubmissions = 3;

/**
 * Runs stages as jobs of Slurm, those that become ready together as one array for those that ask for the same. The worker is
 * the truth: it looks into the store itself, commits by rename, and its events say how it ended; what Slurm says only
 * tells whether it is worth waiting.
 */
export class SlurmExecutor {
  readonly #pipeline: LoadedPipeline;
  readonly #store: Store;
  readonly #settings: SlurmSettings;
  /** Folder for items, events and logs. */
  readonly #folder: string;
  #gathered: {
    planned: PlannedStage;
    resolve: (intent: Intent) => void;
    reject: (error: unknown) => void;
  }[] = [];
  #arrays = 0;
  #asked: Promise<Awaited<ReturnType<typeof queue>>> = Promise.resolve([]);
  #askedAt = -Infinity;

  constructor(pipeline: LoadedPipeline, store: Store, run: string, settings: SlurmSettings) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#settings = settings;
    this.#folder = join(store.folder, "runs", run, "jobs");
  }

  /** Has a stage run by a worker, adopting the job that an earlier driver submitted for it. */
  async run(planned: PlannedStage): Promise<TaskOutcome> {
    const path = this.#intentPath(planned.key);
    let intent = await this.#findJob(path);
    for (let submissions = intent === undefined ? 0 : 1;; submissions++) {
      if (this.#settings.signal.aborted) return { state: "stopped" };
      if (submissions > mostSubmissions) {
        const error = `its job ended ${mostSubmissions} times without a result, expected one: see ` +
          relative(this.#pipeline.root, this.#folder);
        return { state: "failed", error, resumable: true };
      }
      if (intent === undefined) {
        intent = await new Promise<Intent>((resolve, reject) => {
          this.#gathered.push({ planned, resolve, reject });
          if (this.#gathered.length === 1) setTimeout(() => this.#submitGathered(), gatherTime);
        });
      }
      const outcome = await this.#follow(planned, intent);
      if (outcome !== undefined) {
        removeIfPresent(path);
        return outcome;
      }
      intent = undefined;
    }
  }

  /** Forgets the job that an earlier driver submitted for a result that is in the store by now. */
  forget(key: string): void {
    removeIfPresent(this.#intentPath(key));
  }

  #intentPath(key: string): string {
    return join(this.#store.folder, "slurm", `${key}.json`);
  }

  /** The job that an earlier driver submitted, if it still waits or runs. */
  async #findJob(path: string): Promise<Intent | undefined> {
    const text = readTextIfPresent(path);
    if (text === undefined) return undefined;
    const intent: Intent = JSON.parse(text);
    return await this.#isQueued(intent) ? intent : undefined;
  }

  async #submitGathered(): Promise<void> {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (const group of Map.groupBy(gathered, ({ planned }) => classOf(planned)).values()) {
      for (let i = 0; i < group.length; i += mostTasks) {
        const some = group.slice(i, i + mostTasks);
        try {
          const intents = await this.#submitArray(some.map(({ planned }) => planned));
          some.forEach(({ resolve }, i) => resolve(intents[i]));
        } catch (error) {
          for (const { reject } of some) reject(error);
        }
      }
    }
  }

  async #submitArray(stages: readonly PlannedStage[]): Promise<Intent[]> {
    const { root, file, params } = this.#pipeline;
    const name = `pipeline-${randomSuffix()}`;
    const number = this.#arrays++;
    const items: WorkItem[] = stages.map(({ instance }, i) => ({
      file: join(root, file),
      params,
      stage: instance.id,
      force: this.#settings.force,
      events: join(this.#folder, `${number}_${i}.jsonl`),
    }));
    const itemsPath = join(this.#folder, `${number}.json`);
    writeFileAtomically(itemsPath, JSON.stringify(items));
    const script = join(this.#folder, "worker.sh");
    writeFileAtomically(script, `#!/bin/sh\nexec "$@"\n`);
    const intents = items.map(({ events }, index) => ({ name, index, events }));
    stages.forEach(({ key }, i) => writeFileAtomically(this.#intentPath(key), JSON.stringify(intents[i])));
    await submit({
      name,
      tasks: items.length,
      resources: stages[0].instance.resources,
      folder: root,
      log: join(this.#folder, `${number}_%a.log`),
      options: this.#settings.options,
      script,
      command: engineCommand(this.#pipeline, "worker", itemsPath),
    });
    this.#askedAt = -Infinity;
    return intents;
  }

  /** Waits for the end of a task; undefined if it ended without a word. */
  async #follow(planned: PlannedStage, intent: Intent): Promise<TaskOutcome | undefined> {
    const { signal, latency, onEvent } = this.#settings;
    const { key } = planned;
    const lines = new NewLines(intent.events);
    let isOver = false;
    let goneAt: number | undefined;
    for (;;) {
      if (signal.aborted) {
        await cancel((await this.#tasksOf(intent)).map(({ task }) => task));
        return { state: "stopped" };
      }
      for (const line of lines.take()) {
        const event: RunEvent = JSON.parse(line);
        if (event.type === "stage-failed") return { ...event, state: "failed", error: bare(event.error) };
        const isResult = event.type === "stage-finished" || event.type === "stage-hit";
        if (isResult && event.stage === planned.instance.id && event.key !== key) {
          const error =
            "its code or inputs changed after it was submitted, expected them unchanged: run again";
          return { state: "failed", error, resumable: false };
        }
        if (event.type === "run-finished") isOver = true;
        onEvent(event);
      }
      // The entry is what counts, whoever made it.
      if (this.#store.manifest(key) !== undefined && !(this.#settings.force && !isOver)) {
        return { state: "made" };
      }
      if (isOver || !(await this.#isQueued(intent))) goneAt ??= Date.now();
      else goneAt = undefined;
      if (goneAt !== undefined && Date.now() - goneAt > latency) return undefined;
      await new Promise((resolve) => setTimeout(resolve, lookInterval));
    }
  }

  async #isQueued(intent: Intent): Promise<boolean> {
    return (await this.#tasksOf(intent)).length > 0;
  }

  async #tasksOf({ name, index }: Intent): Promise<{ task: string }[]> {
    if (Date.now() - this.#askedAt > askInterval) {
      this.#askedAt = Date.now();
      this.#asked = queue();
    }
    return (await this.#asked).filter((queued) => queued.name === name && queued.task.endsWith(`_${index}`));
  }
}

/** Stages that ask for the same resources have the same class. */
function classOf({ instance: { resources: { cores, memory, gpus } } }: PlannedStage): string {
  return `${cores} ${memory} ${gpus}`;
}

/** The cause of a worker's failure: the driver names the stage itself. */
function bare(error: string): string {
  return error.replace(/^Cannot run "[^"]*": /, "");
}

/** The item of this process: the one of an array that Slurm names in the environment. */
export function ownItem(path: string): WorkItem {
  const items: WorkItem[] = JSON.parse(Deno.readTextFileSync(path));
  const index = Deno.env.get("SLURM_ARRAY_TASK_ID") ?? "";
  const item = items[Number(index)];
  if (index !== "" && item !== undefined) return item;
  throw new Error(
    `Cannot find the work in ${dirname(path)}: SLURM_ARRAY_TASK_ID is "${index}", expected 0 to ${
      items.length - 1
    }`,
  );
}
