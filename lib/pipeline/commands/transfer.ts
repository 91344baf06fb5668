import {
  type Command,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
  UsageError,
} from "../command_line.ts";
import type { Screen } from "../show/display.ts";
import { formatCount, formatNumber } from "../base/format.ts";
import { loadPipeline } from "../plan/load.ts";
import { projectStore } from "../plan/project.ts";
import { openRemote } from "../share/remote.ts";
import { Store } from "../store/store.ts";
import { pull, push, type Transfer } from "../share/transfer.ts";

const remotes =
  `A remote is a folder, as of a mounted disk or bucket, or rclone:REMOTE:PATH, for which the program rclone does the
work (S3 and others).`;

const commonHelp = `
Options:
${parameterHelp}
      --json            prints JSON lines
      --help            prints this

Exit code: 0, or 1 if a result was refused
`;

/** `deno task pipeline push`. */
export const pushCommand: Command = {
  help:
    `Copies results that a remote lacks to it: all, or those of a pipeline. Each is compared with its hashes before,
and appears there whole or not at all.

Usage: deno task pipeline push <remote> [pipelines/file.ts] [options]

${remotes}
${commonHelp}`,
  async run(args, screen) {
    const { store, remote, pipeline, json } = await read("push", args, { create: false });
    return await show(push(store, remote, pipeline), json, screen);
  },
};

/** `deno task pipeline pull`. */
export const pullCommand: Command = {
  help:
    `Copies results that the store lacks from a remote: all, or those that a pipeline needs. Each is compared with its
hashes before it is used.

Usage: deno task pipeline pull <remote> [pipelines/file.ts] [options]

${remotes}
${commonHelp}`,
  async run(args, screen) {
    const { store, remote, pipeline, json } = await read("pull", args, { create: true });
    return await show(pull(store, remote, pipeline), json, screen);
  },
};

async function read(command: string, args: string[], options: { create: boolean }) {
  const { values, positionals } = parse(args, pipelineOptions);
  const [place, file, ...more] = positionals;
  if (place === undefined || more.length > 0) {
    throw new UsageError(
      `Cannot ${command}: ${
        place === undefined ? "no remote is" : `${positionals.length} arguments are`
      } given, ` +
        "expected a folder or rclone:REMOTE:PATH, and a pipeline file or none",
    );
  }
  const pipeline = file === undefined
    ? undefined
    : await loadPipeline(file, { settings: settingsOf(values) });
  const remote = openRemote(place);
  const store = pipeline === undefined ? projectStore(options) : new Store(pipeline.root);
  return { store, remote, pipeline, json: values.json ?? false };
}

async function show(transfers: AsyncIterable<Transfer>, json: boolean, screen: Screen): Promise<number> {
  const counts = { copied: 0, present: 0, refused: 0 };
  for await (const transfer of transfers) {
    counts[transfer.state]++;
    if (json) screen.write(`${JSON.stringify(transfer)}\n`);
    else if (transfer.state === "refused") screen.write(`${transfer.key}: ${transfer.reason}\n`);
  }
  if (!json) {
    const refused = counts.refused > 0 ? `, ${counts.refused} refused` : "";
    screen.write(
      `${formatCount(counts.copied, "result")} copied, ${
        formatNumber(counts.present)
      } there already${refused}\n`,
    );
  }
  return counts.refused > 0 ? 1 : 0;
}
