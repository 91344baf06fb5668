import { parseArgs, type ParseArgsConfig } from "node:util";
import { type Screen, standardOutput } from "./display.ts";
import { fit, formatCount, formatSeconds } from "./format.ts";
import { inspect, type StageStatus } from "./inspect.ts";
import { loadPipeline } from "./load.ts";
import { expectedNames } from "../text/mod.ts";
import { runPipeline } from "./run_pipeline.ts";

const help = `Runs pipelines; results are kept in .pipeline/ and taken from there when nothing changed.

Usage: deno task pipeline <command> <pipelines/file.ts> [options]

Commands:
  run      runs the stages whose results are not in the store
  status   lists what a run would do, and how the last ones went

Run "deno task pipeline <command> --help" for the options of a command
`;

const runHelp = `Runs the stages of a pipeline whose results are not in the store.

Usage: deno task pipeline run <pipelines/file.ts> [options]

Options:
      --set key=value   sets a parameter of the pipeline; may be repeated
  -j, --jobs N          cores to use at a time (default: all)
      --dry-run         only says what would run
      --force           runs every stage, even those whose results are in the store
      --overwrite       publishes over files that were edited by hand
      --json            prints events as JSON lines
      --verbose         lists stages taken from the store, and log lines
      --help            prints this

Exit code: 0, 1 if a stage failed, 2 for a wrong command line, 130 after an interrupt
`;

const statusHelp =
  `Lists for each stage whether a run would take it from the store or run it, and how it went before.

Usage: deno task pipeline status <pipelines/file.ts> [options]

Options:
      --set key=value   sets a parameter of the pipeline; may be repeated
      --json            prints JSON lines
      --help            prints this
`;

const commonOptions = {
  set: { type: "string", multiple: true },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

const runOptions = {
  ...commonOptions,
  jobs: { type: "string", short: "j" },
  "dry-run": { type: "boolean" },
  force: { type: "boolean" },
  overwrite: { type: "boolean" },
  verbose: { type: "boolean" },
} as const satisfies ParseArgsConfig["options"];

/** A mistake in the command line, as opposed to one in a pipeline. */
class UsageError extends Error {}

/**
 * The command line of `deno task pipeline`.
 *
 * @param args Without program name: `["run", "pipelines/census.ts", "-j", "2"]`.
 * @returns The exit code.
 */
export async function main(args: readonly string[], screen: Screen = standardOutput): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case "run":
        return await runCommand(rest, screen);
      case "status":
        return await statusCommand(rest, screen);
      case "--help":
      case "-h":
        screen.write(help);
        return 0;
      case undefined:
        screen.write(help);
        return 2;
      default:
        throw new UsageError(
          `Cannot run command "${command}": it is unknown, ${expectedNames(command, ["run", "status"])}`,
        );
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await writeError(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function runCommand(args: string[], screen: Screen): Promise<number> {
  const { values, positionals } = parse(args, runOptions);
  if (values.help) {
    screen.write(runHelp);
    return 0;
  }
  const path = onlyFile("run", positionals);
  const settings = values.set ?? [];
  const json = values.json ?? false;
  if (values["dry-run"]) return await showStatus(path, settings, json, screen);
  return await runPipeline(path, {
    settings,
    json,
    screen,
    jobs: values.jobs === undefined ? undefined : parseJobs(values.jobs),
    force: values.force,
    overwrite: values.overwrite,
    verbose: values.verbose,
    // Going on with --force would begin anew.
    resumeCommand: ["deno task pipeline run", ...args.filter((arg) => arg !== "--force").map(quoteArgument)]
      .join(" "),
  });
}

async function statusCommand(args: string[], screen: Screen): Promise<number> {
  const { values, positionals } = parse(args, commonOptions);
  if (values.help) {
    screen.write(statusHelp);
    return 0;
  }
  return await showStatus(onlyFile("status", positionals), values.set ?? [], values.json ?? false, screen);
}

async function showStatus(path: string, settings: string[], json: boolean, screen: Screen): Promise<number> {
  const statuses = await inspect(await loadPipeline(path, { settings }));
  if (json) {
    for (const status of statuses) screen.write(`${JSON.stringify(status)}\n`);
    return 0;
  }
  const width = Math.max(...statuses.map(({ stage }) => [...stage].length), 0);
  for (const status of statuses) {
    screen.write(
      `${fit(status.stage, width)}  ${fit(stateWords[status.state], 10)}  ${describePast(status)}`.trimEnd() +
        "\n",
    );
    if (status.error !== undefined) screen.write(`  ${status.error}\n`);
  }
  const count = (state: StageStatus["state"]) => statuses.filter((status) => status.state === state).length;
  screen.write(
    `${formatCount(statuses.length, "stage")}: ${count("hit")} up to date, ${
      count("would-run")
    } would run, ` +
      `${count("blocked")} depend on them\n`,
  );
  return 0;
}

const stateWords = { hit: "up to date", "would-run": "would run", blocked: "depends" } as const;

function describePast({ failed, at, seconds }: StageStatus): string {
  if (at === undefined) return "";
  const when = new Date(at).toLocaleString("sv-SE").slice(0, 16);
  return failed ? `failed ${when}` : `made ${when} in ${formatSeconds(seconds ?? 0)}`;
}

function parse<Options extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: Options) {
  const given = args.filter((arg) => arg.startsWith("--")).map((arg) => arg.slice(2).split("=")[0]);
  const unknown = given.find((name) => name !== "" && !(name in options));
  if (unknown !== undefined) {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(
      `Cannot read option --${unknown}: it is unknown, ${expectedNames(`--${unknown}`, names)}`,
    );
  }
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`Cannot read the command line: ${(error as Error).message}`);
  }
}

function onlyFile(command: string, positionals: string[]): string {
  if (positionals.length === 1) return positionals[0];
  throw new UsageError(
    `Cannot ${command}: ${
      positionals.length === 0 ? "no pipeline file is" : `${positionals.length} files are`
    } given, ` +
      `expected one such as pipelines/census.ts`,
  );
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isSafeInteger(jobs) && jobs > 0) return jobs;
  throw new UsageError(`Cannot read option --jobs: it is "${text}", expected a positive integer`);
}

/** An argument as a shell reads it back. */
function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

async function writeError(message: string): Promise<void> {
  const writer = Deno.stderr.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${message}\n`));
  writer.releaseLock();
}

// Not awaited at the top level: pipeline files import this module through mod.ts while main() runs.
if (import.meta.main) main(Deno.args).then(Deno.exit);
