import { type Command, UsageError } from "./command_line.ts";
import { diffCommand } from "./commands/diff.ts";
import { gcCommand } from "./commands/gc.ts";
import { graphCommand } from "./commands/graph.ts";
import { pinCommand } from "./commands/pin.ts";
import { replayCommand } from "./commands/replay.ts";
import { runCommand } from "./commands/run.ts";
import { statusCommand } from "./commands/status.ts";
import { pullCommand, pushCommand } from "./commands/transfer.ts";
import { verifyCommand } from "./commands/verify.ts";
import { whyCommand } from "./commands/why.ts";
import { workerCommand } from "./commands/worker.ts";
import { type Screen, standardOutput } from "./display.ts";
import { expectedNames } from "../text/mod.ts";

const commands: Readonly<Record<string, Command>> = {
  run: runCommand,
  status: statusCommand,
  why: whyCommand,
  graph: graphCommand,
  diff: diffCommand,
  verify: verifyCommand,
  replay: replayCommand,
  gc: gcCommand,
  pin: pinCommand,
  push: pushCommand,
  pull: pullCommand,
};

const help = `Runs pipelines; results are kept in .pipeline/ and taken from there when nothing changed.

Usage: deno task pipeline <command> [arguments] [options]

Commands:
${Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}\n`).join("")}
Run "deno task pipeline <command> --help" for the arguments and options of a command
`;

/**
 * The command line of `deno task pipeline`.
 *
 * @param args Without program name: `["run", "pipelines/census.ts", "-j", "2"]`.
 * @returns The exit code.
 */
export async function main(args: readonly string[], screen: Screen = standardOutput): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === "--help" || name === "-h") {
      screen.write(help);
      return name === undefined ? 2 : 0;
    }
    if (name === "worker") return await workerCommand.run(rest, screen);
    if (!Object.hasOwn(commands, name)) {
      throw new UsageError(
        `Cannot run command "${name}": it is unknown, ${expectedNames(name, Object.keys(commands))}`,
      );
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      screen.write(commands[name].help);
      return 0;
    }
    return await commands[name].run(rest, screen);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await writeError(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function writeError(message: string): Promise<void> {
  const writer = Deno.stderr.writable.getWriter();
  await writer.write(new TextEncoder().encode(`${message}\n`));
  writer.releaseLock();
}

// Not awaited at the top level: pipeline files import this module through mod.ts while main() runs.
if (import.meta.main) main(Deno.args).then(Deno.exit);
