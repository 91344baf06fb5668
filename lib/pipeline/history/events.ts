import { dirname, join } from "node:path";
import { isAbsence, namesIn, randomSuffix, readTextIfPresent, writeAll } from "../base/files.ts";
import type { JsonObject } from "../base/canonical_json.ts";

/** What can happen in a run. Everything that a person or program learns of a run comes from these. */
export type RunEvent =
  & { /** Milliseconds since 1970. */ readonly at: number }
  & (
    | {
      readonly type: "run-started";
      readonly run: string;
      /** Name of the pipeline, and its file relative to the project. */
      readonly pipeline: string;
      readonly file: string;
      readonly params: JsonObject;
      readonly jobs: number;
      readonly stages: readonly string[];
    }
    | { readonly type: "stage-hit"; readonly stage: string; readonly key: string }
    | {
      readonly type: "entry-damaged";
      readonly stage: string;
      readonly key: string;
      readonly reason: string;
    }
    | { readonly type: "stage-waiting"; readonly stage: string; readonly key: string }
    | {
      readonly type: "stage-started";
      readonly stage: string;
      readonly key: string;
      readonly cores: number;
      /** Its GPUs, as CUDA_VISIBLE_DEVICES names them. */
      readonly gpus: readonly string[];
      /** Whether an earlier attempt left a checkpoint to go on from. */
      readonly resumes: boolean;
    }
    | {
      readonly type: "stage-progress";
      readonly stage: string;
      readonly done: number;
      readonly total: number;
      readonly unit?: string;
      readonly rate?: number;
      readonly note?: string;
    }
    | {
      /** Its process has noticeably more or less memory resident than before: at most once a second, rarer with time. */
      readonly type: "stage-memory";
      readonly stage: string;
      /** Bytes. */
      readonly memory: number;
    }
    | { readonly type: "stage-log"; readonly stage: string; readonly line: string }
    | {
      readonly type: "stage-finished";
      readonly stage: string;
      readonly key: string;
      readonly seconds: number;
      /** The most memory that its process had resident, bytes. */
      readonly peakMemory?: number;
      /** Content hash of each output. */
      readonly outputs: Readonly<Record<string, string>>;
    }
    | {
      readonly type: "stage-failed";
      readonly stage: string;
      readonly key?: string;
      readonly error: string;
      /** Project-relative folder with the log and the outputs so far. */
      readonly kept?: string;
      /** Whether it left a checkpoint to go on from. */
      readonly resumable: boolean;
    }
    | {
      /** It failed with an error that it declares to be passing, and is about to be attempted again. */
      readonly type: "stage-retried";
      readonly stage: string;
      readonly key: string;
      readonly error: string;
    }
    | {
      readonly type: "stage-stopped";
      readonly stage: string;
      readonly key: string;
      readonly resumable: boolean;
    }
    | {
      readonly type: "published";
      readonly stage: string;
      /** Where the output goes, as the pipeline says: the file at `path`, or a folder that has it. */
      readonly target: string;
      readonly path: string;
      readonly hash: string;
    }
    | {
      readonly type: "publish-refused";
      readonly stage: string;
      readonly path: string;
      readonly reason: string;
    }
    | {
      readonly type: "run-finished";
      readonly state: "succeeded" | "failed" | "stopped";
      readonly ran: number;
      readonly hits: number;
      readonly failed: number;
      readonly unreached: number;
      readonly seconds: number;
    }
  );

// Omit does not distribute over unions by itself.
type WithoutTime<Event> = Event extends unknown ? Omit<Event, "at"> : never;

/** An event before it is stamped. */
export type NewRunEvent = WithoutTime<RunEvent>;

type RunStart = Extract<RunEvent, { type: "run-started" }>;

function eventsPath(pipelineFolder: string, run: string): string {
  return join(pipelineFolder, "runs", run, "events.jsonl");
}

/** Hits that are written at a time, characters. */
const hitsAtATime = 1 << 16;

/** Appends the events of one run to `.pipeline/runs/<run id>/events.jsonl` and passes them on. */
export class EventLog {
  /** Start time and random digits: run folders sort by time. */
  readonly run: string;
  readonly #file: Deno.FsFile;
  readonly #listener: (event: RunEvent) => void;
  #failure: Error | undefined;
  #unwritten = "";

  /** @param path The file, if not the one of a run. */
  constructor(pipelineFolder: string, listener: (event: RunEvent) => void, path?: string) {
    this.run = `${new Date().toISOString().slice(0, 23).replaceAll(":", "-")}-${randomSuffix()}`;
    const file = path ?? eventsPath(pipelineFolder, this.run);
    Deno.mkdirSync(dirname(file), { recursive: true });
    this.#file = Deno.openSync(file, { append: true, create: true });
    this.#listener = listener;
  }

  /**
   * Records `event` as of now. Hits come by the ten thousand and are written many at a time, since nothing is lost with
   * them: the next run would find them again.
   */
  readonly emit = (event: NewRunEvent): void => {
    const stamped = { at: Date.now(), ...event } as RunEvent;
    this.#unwritten += `${textOf(stamped)}\n`;
    if (event.type !== "stage-hit" || this.#unwritten.length > hitsAtATime) this.#write();
    this.#listener(stamped);
  };

  #write(): void {
    const bytes = new TextEncoder().encode(this.#unwritten);
    this.#unwritten = "";
    try {
      writeAll(this.#file, bytes);
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  /** Throws an Error if an event could not be recorded: a run does not end half way for it, but ends as a failure. */
  checkRecorded(): void {
    if (this.#failure === undefined) return;
    throw new Error(`Cannot record the events of run ${this.run}: ${this.#failure.message}`);
  }

  [Symbol.dispose](): void {
    if (this.#unwritten !== "") this.#write();
    this.#file.close();
  }
}

/** The JSON of an event; that of a hit is put together by hand, which takes half the time. */
function textOf(event: RunEvent): string {
  return event.type === "stage-hit"
    ? `{"at":${event.at},"type":"stage-hit","stage":${JSON.stringify(event.stage)},"key":"${event.key}"}`
    : JSON.stringify(event);
}

/** Ids of the runs on record, the newest first. */
export function listRuns(pipelineFolder: string): string[] {
  return namesIn(join(pipelineFolder, "runs")).reverse();
}

/** The first event of a run, without reading the others; undefined if the run did not get that far. */
export function readStart(pipelineFolder: string, run: string): RunStart | undefined {
  let text = "";
  try {
    using file = Deno.openSync(eventsPath(pipelineFolder, run));
    const decoder = new TextDecoder();
    const block = new Uint8Array(1 << 16);
    for (
      let read = file.readSync(block);
      read !== null && !text.includes("\n");
      read = file.readSync(block)
    ) {
      text += decoder.decode(block.subarray(0, read), { stream: true });
    }
    const event: RunEvent = JSON.parse(text.slice(0, text.indexOf("\n")));
    return event.type === "run-started" ? event : undefined;
  } catch (error) {
    // A line that is not whole, or no such file.
    if (error instanceof SyntaxError || isAbsence(error)) return undefined;
    throw error;
  }
}

/** The events of a run; lines cut off by the end of its engine or of the space on its disk are left out. */
export function readEvents(pipelineFolder: string, run: string): RunEvent[] {
  const text = readTextIfPresent(eventsPath(pipelineFolder, run)) ?? "";
  return text.split("\n").slice(0, -1).flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
