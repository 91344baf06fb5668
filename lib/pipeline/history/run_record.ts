import { join, relative, resolve } from "node:path";
import { expectedNames } from "../../text/mod.ts";
import { listRuns, readEvents, readStart } from "./events.ts";
import type { JsonObject } from "../base/canonical_json.ts";

/** A run as its events tell of it. */
export interface RunRecord {
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly file: string;
  readonly params: JsonObject;
  /** "unfinished": the engine was killed, or is at it. */
  readonly state: "succeeded" | "failed" | "stopped" | "unfinished";
  readonly stages: readonly string[];
  /** Key of each stage that got its result, by running or from the store. */
  readonly results: ReadonlyMap<string, string>;
  /** Keys that the run touched in any way. */
  readonly keys: ReadonlySet<string>;
  /** Content hashes of the outputs that the run itself made. */
  readonly made: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly errors: ReadonlyMap<string, string>;
}

/** Reads the record of a run; undefined if it did not get as far as its first event. */
export function readRun(pipelineFolder: string, run: string): RunRecord | undefined {
  const start = readStart(pipelineFolder, run);
  if (start === undefined) return undefined;
  const events = readEvents(pipelineFolder, run);
  const results = new Map<string, string>();
  const keys = new Set<string>();
  const made = new Map<string, Readonly<Record<string, string>>>();
  const errors = new Map<string, string>();
  let state: RunRecord["state"] = "unfinished";
  for (const event of events) {
    if ("key" in event && event.key !== undefined) keys.add(event.key);
    if (event.type === "stage-hit" || event.type === "stage-finished") results.set(event.stage, event.key);
    if (event.type === "stage-finished") made.set(event.stage, event.outputs);
    if (event.type === "stage-failed") errors.set(event.stage, event.error);
    if (event.type === "run-finished") state = event.state;
  }
  const { at: startedAt, file, params, stages } = start;
  return { run, startedAt, file, params, state, stages, results, keys, made, errors };
}

/** Whether the name of a run means a pipeline file: see {@link newestRunOf}. */
export function isPipelineFile(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}

/**
 * The newest run of the pipeline file at `path`, which may be gone by now, and the file as runs name it: relative to the
 * project.
 *
 * @throws {Error} If no run of it is on record.
 */
export function newestRunOf(root: string, path: string): { readonly run: string; readonly file: string } {
  const file = relative(root, resolve(path));
  const folder = join(root, ".pipeline");
  const others = new Set<string>();
  for (const run of listRuns(folder)) {
    const started = readStart(folder, run)?.file;
    if (started === file) return { run, file };
    if (started !== undefined) others.add(started);
  }
  throw new Error(`Cannot find runs of ${path}: there are none, ${expectedNames(file, [...others])}`);
}

/** The run before `run` of the same pipeline file, if there is one. */
export function runBefore(
  pipelineFolder: string,
  { run, file }: Pick<RunRecord, "run" | "file">,
): string | undefined {
  return listRuns(pipelineFolder).find((other) =>
    other < run && readStart(pipelineFolder, other)?.file === file
  );
}

/**
 * The id of the run that `name` means: an id or the beginning of one, "latest", or "latest~1" for the one before.
 *
 * @throws {Error} If it means none, or several.
 */
export function findRun(pipelineFolder: string, name: string): string {
  const runs = listRuns(pipelineFolder);
  const latest = /^latest(?:~(\d+))?$/.exec(name);
  const found = latest === null
    ? runs.filter((run) => run.startsWith(name))
    : runs.slice(Number(latest[1] ?? 0)).slice(0, 1);
  if (found.length === 1) return found[0];
  const newest = runs.slice(0, 3).join(", ");
  throw new Error(
    `Cannot find run "${name}": ${
      found.length === 0 ? "there is none" : `${found.length} begin like this`
    }, expected ` +
      (runs.length === 0
        ? "a run that was done before"
        : `latest, latest~1 or the beginning of an id such as ${newest}`),
  );
}
