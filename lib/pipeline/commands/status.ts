import {
  type Command,
  onlyFile,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
} from "../command_line.ts";
import type { Screen } from "../show/display.ts";
import { fit, formatBytes, formatCount, formatNumber, formatSeconds, formatTime } from "../base/format.ts";
import { inspect, type StageStatus } from "../plan/inspect.ts";
import { loadPipeline } from "../plan/load.ts";
import type { Selection } from "../plan/selection.ts";

/** `deno task pipeline status`. */
export const statusCommand: Command = {
  help: `Lists for each stage whether a run would take it from the store or run it, and how it went before.

Usage: deno task pipeline status <pipelines/file.ts> [options]

Options:
${parameterHelp}
      --json            prints JSON lines
      --help            prints this
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, pipelineOptions);
    const settings = settingsOf(values);
    return await showStatus(onlyFile("status", positionals), { settings, json: values.json }, screen);
  },
};

/** What is shown of which stages. */
export interface StatusOptions {
  readonly settings: readonly string[];
  readonly json?: boolean;
  readonly selection?: Selection;
  readonly force?: boolean;
}

/** Writes what a run of the pipeline file at `path` would do. */
export async function showStatus(path: string, options: StatusOptions, screen: Screen): Promise<number> {
  const { settings, json, selection, force } = options;
  const statuses = await inspect(await loadPipeline(path, { settings }), { selection, force });
  if (json) {
    for (const status of statuses) screen.write(`${JSON.stringify(status)}\n`);
    return 0;
  }
  const width = Math.max(...statuses.map(({ stage }) => [...stage].length), 0);
  for (const status of statuses) {
    const columns = [fit(status.stage, width), fit(stateWords[status.state], 10), describePast(status)];
    screen.write(`${columns.join("  ").trimEnd()}\n`);
    if (status.error !== undefined) screen.write(`  ${status.error}\n`);
  }
  const count = (state: StageStatus["state"]) =>
    formatNumber(statuses.filter((status) => status.state === state).length);
  const missing = count("missing");
  screen.write(
    `${formatCount(statuses.length, "stage")}: ${count("hit")} up to date, ${
      count("would-run")
    } would run, ` +
      `${count("blocked")} depend on them${missing !== "0" ? `, ${missing} missing from the store` : ""}\n`,
  );
  return 0;
}

const stateWords = { hit: "up to date", "would-run": "would run", blocked: "depends", missing: "missing" };

function describePast({ failed, at, seconds, peakMemory }: StageStatus): string {
  if (at === undefined) return "";
  if (failed) return `failed ${formatTime(at)}`;
  const memory = peakMemory === undefined ? "" : ` with ${formatBytes(peakMemory)}`;
  return `made ${formatTime(at)} in ${formatSeconds(seconds ?? 0)}${memory}`;
}
