import { type Command, parse, UsageError } from "../command_line.ts";
import { listRuns } from "../history/events.ts";
import { formatTime } from "../base/format.ts";
import { isPinned, setPinned } from "../run/garbage.ts";
import { projectStore } from "../plan/project.ts";
import { findRun, readRun } from "../history/run_record.ts";

const options = { remove: { type: "boolean" } } as const;

/** `deno task pipeline pin`. */
export const pinCommand: Command = {
  help:
    `Pins a run, so that gc keeps it and all results that it used. Without a run it lists all runs on record.

Usage: deno task pipeline pin [run] [options]

A run is an id or its beginning, as in .pipeline/runs/, "latest", or "latest~1" for the one before.

Options:
      --remove          no longer pins it
      --help            prints this
`,
  run(args, screen) {
    const { values, positionals } = parse(args, options);
    if (positionals.length > 1) {
      throw new UsageError(`Cannot pin: ${positionals.length} runs are given, expected one`);
    }
    const { folder } = projectStore();
    if (positionals.length === 0) {
      for (const run of listRuns(folder).reverse()) {
        const record = readRun(folder, run);
        const what = record === undefined
          ? ""
          : `${record.file}  ${formatTime(record.startedAt)}  ${record.state}`;
        screen.write(`${isPinned(folder, run) ? "*" : " "} ${run}  ${what}`.trimEnd() + "\n");
      }
      return Promise.resolve(0);
    }
    const run = findRun(folder, positionals[0]);
    setPinned(folder, run, !values.remove);
    screen.write(`${values.remove ? "No longer pinned" : "Pinned"}: ${run}\n`);
    return Promise.resolve(0);
  },
};
