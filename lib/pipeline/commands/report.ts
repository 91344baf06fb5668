import { join, relative } from "node:path";
import { type Command, parse, UsageError } from "../command_line.ts";
import { readEvents } from "../history/events.ts";
import { writeFileAtomically } from "../base/files.ts";
import { htmlReport } from "../show/html_report.ts";
import { projectStore } from "../plan/project.ts";
import { readHistory } from "../history/run_history.ts";
import { findRun, isPipelineFile, newestRunOf } from "../history/run_record.ts";

const options = { output: { type: "string", short: "o" } } as const;

/** `deno task pipeline report`. */
export const reportCommand: Command = {
  help: `Writes a page about a run: when which stage ran, what took the time, what failed.

Usage: deno task pipeline report [run | pipelines/file.ts] [options]

A run is an id or its beginning, as in .pipeline/runs/, "latest" (the default), or "latest~1" for the one before; with a
pipeline file it is the latest run of that.

Options:
  -o, --output FILE     where to write it (default: report.html beside the events of the run)
      --help            prints this
`,
  run(args, screen) {
    const { values, positionals } = parse(args, options);
    if (positionals.length > 1) {
      throw new UsageError(`Cannot report: ${positionals.length} runs are given, expected one`);
    }
    const { folder, root } = projectStore();
    const [name = "latest"] = positionals;
    const run = isPipelineFile(name) ? newestRunOf(root, name).run : findRun(folder, name);
    const history = readHistory(readEvents(folder, run));
    if (history === undefined) {
      throw new Error(`Cannot report on run ${run}: it has no events, expected at least its start`);
    }
    const path = values.output ?? join(folder, "runs", run, "report.html");
    writeFileAtomically(path, htmlReport(history));
    screen.write(`Wrote ${relative(Deno.cwd(), path)}\n`);
    return Promise.resolve(0);
  },
};
