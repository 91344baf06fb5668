import { compareRuns, type StageDifference } from "../plan/compare_runs.ts";
import { type Command, parse, UsageError } from "../command_line.ts";
import { formatCount, formatNumber, formatTime } from "../base/format.ts";
import { projectStore } from "../plan/project.ts";
import {
  findRun,
  isPipelineFile,
  newestRunOf,
  readRun,
  runBefore,
  type RunRecord,
} from "../history/run_record.ts";
import type { Store } from "../store/store.ts";

const options = { json: { type: "boolean" } } as const;

/** `deno task pipeline diff`. */
export const diffCommand: Command = {
  help: `Compares two runs: which parameters, stages and results differ, and what made them differ.

Usage: deno task pipeline diff [run] [run] [options]
       deno task pipeline diff <pipelines/file.ts> [options]

A run is an id or its beginning, as in .pipeline/runs/, "latest", or "latest~1" for the one before. With one run
it compares that with the latest, with a pipeline file its latest run with its one before, and without either the
latest run with the one before of the same pipeline.

Options:
      --json            prints one JSON object
      --help            prints this
`,
  run(args, screen) {
    const { values, positionals } = parse(args, options);
    if (positionals.length > 2) {
      throw new UsageError(`Cannot compare: ${positionals.length} runs are given, expected at most two`);
    }
    const store = projectStore();
    const [before, now] = findRuns(store, positionals);
    const difference = compareRuns(store, before, now);
    if (values.json) {
      screen.write(`${JSON.stringify({ before: before.run, now: now.run, ...difference })}\n`);
      return Promise.resolve(0);
    }
    for (const [sign, { run, file, startedAt, state }] of [["-", before], ["+", now]] as const) {
      screen.write(`${sign} ${run}  ${file}  ${formatTime(startedAt)}  ${state}\n`);
    }
    for (const line of difference.params) screen.write(`parameter ${line}\n`);
    for (const stage of difference.stages) screen.write(textOf(stage));
    screen.write(
      `${formatCount(difference.stages.length, "stage")} differ, ${formatNumber(difference.same)} the same\n`,
    );
    return Promise.resolve(0);
  },
};

function findRuns(store: Store, [first, second]: readonly string[]): [before: RunRecord, now: RunRecord] {
  if (first !== undefined && isPipelineFile(first)) {
    if (second !== undefined) {
      throw new UsageError(`Cannot compare: "${second}" is given besides ${first}, expected the file alone`);
    }
    const now = load(store, newestRunOf(store.root, first).run);
    return [loadBefore(store, now), now];
  }
  const now = load(store, second ?? "latest");
  return [first === undefined ? loadBefore(store, now) : load(store, first), now];
}

function load(store: Store, name: string): RunRecord {
  const run = findRun(store.folder, name);
  const record = readRun(store.folder, run);
  if (record !== undefined) return record;
  throw new Error(`Cannot compare run ${run}: it has no events, expected at least its start`);
}

/** The run before `now` of the same pipeline file. */
function loadBefore(store: Store, now: RunRecord): RunRecord {
  const before = runBefore(store.folder, now);
  if (before !== undefined) return load(store, before);
  throw new Error(
    `Cannot compare run ${now.run}: it is the first of ${now.file} on record, expected another before`,
  );
}

function textOf({ stage, kind, details }: StageDifference): string {
  const head = {
    added: "is only in the second",
    removed: "is only in the first",
    changed: "has another key",
    unstable: "gave other bytes for the same key",
    outcome: "ended otherwise",
  }[kind];
  return `${stage} ${head}${details.length > 0 ? ":" : ""}\n${details.map((line) => `  ${line}\n`).join("")}`;
}
