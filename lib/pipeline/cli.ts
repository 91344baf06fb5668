import { type Command, UsageError } from "./command_line.ts";
import { type Screen, standardOutput } from "./show/display.ts";
import { fitHelp } from "./show/fit_help.ts";
import { expectedNames } from "../text/mod.ts";

/** What each command does, and the module of it: only the one that is asked for is loaded. */
const commands: Readonly<Record<string, readonly [summary: string, file: string, name: string]>> = {
  run: ["runs the stages whose results are not in the store", "run.ts", "runCommand"],
  status: ["lists what a run would do, and how the last ones went", "status.ts", "statusCommand"],
  why: ["says what changed that makes stages run, or why they ran", "why.ts", "whyCommand"],
  graph: ["draws the stages and what they read, as Mermaid", "graph.ts", "graphCommand"],
  diff: ["compares two runs: parameters, keys and results", "diff.ts", "diffCommand"],
  report: ["writes a page about a run: when which stage ran, what failed", "report.ts", "reportCommand"],
  verify: ["compares the bytes of all results in the store with their hashes", "verify.ts", "verifyCommand"],
  replay: ["runs stages twice and reports the first byte that differs", "replay.ts", "replayCommand"],
  gc: ["removes results that no recent run, pin or published file refers to", "gc.ts", "gcCommand"],
  pin: ["keeps a run and its results from gc", "pin.ts", "pinCommand"],
  push: ["copies results to a folder or a bucket", "transfer.ts", "pushCommand"],
  pull: ["copies results from there, comparing their bytes", "transfer.ts", "pullCommand"],
};

const help = `Runs pipelines; results are kept in .pipeline/ and taken from there when nothing changed.

Usage: deno task pipeline <command> [arguments] [options]

Commands:
${Object.entries(commands).map(([name, [summary]]) => `  ${name.padEnd(8)} ${summary}\n`).join("")}
Run "deno task pipeline <command> --help" for the arguments and options of a command
`;

/**
 * The command line of `deno task pipeline`.
 *
 * @param args Without program name: `["run", "pipelines/toy.ts", "-j", "2"]`.
 * @returns The exit code.
 */
export async function main(args: readonly string[], screen: Screen = standardOutput): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === "--help" || name === "-h") {
      writeHelp(help, screen);
      return name === undefined ? 2 : 0;
    }
    const command = await load(name);
    if (rest.includes("--help") || rest.includes("-h")) {
      writeHelp(command.help, screen);
      return 0;
    }
    return await command.run(rest, screen);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await writeError(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

function writeHelp(text: string, screen: Screen): void {
  const columns = screen.columns();
  screen.write(columns === undefined ? text : fitHelp(text, columns));
}

async function load(name: string): Promise<Command> {
  // What a job of Slurm runs is not for people.
  const [, file, exported] = name === "worker" ? ["", "worker.ts", "workerCommand"] : entryOf(name);
  return (await import(new URL(`./commands/${file}`, import.meta.url).href))[exported];
}

function entryOf(name: string): readonly [string, string, string] {
  if (Object.hasOwn(commands, name)) return commands[name];
  throw new UsageError(
    `Cannot run command "${name}": it is unknown, ${expectedNames(name, Object.keys(commands))}`,
  );
}

async function writeError(message: string): Promise<void> {
  const writer = Deno.stderr.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${message}\n`));
  writer.releaseLock();
}

// Not awaited at the top level: pipeline files import this module through mod.ts while main() runs.
if (import.meta.main) main(Deno.args).then(Deno.exit);
