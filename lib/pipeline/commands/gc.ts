import { type Command, onlyFile, parse, parseCount } from "../command_line.ts";
import { formatBytes, formatCount } from "../base/format.ts";
import { collectGarbage, type Collection, type Garbage } from "../run/garbage.ts";
import { projectStore } from "../plan/project.ts";
import { newestRunOf } from "../history/run_record.ts";

const options = {
  keep: { type: "string", default: "10" },
  "dry-run": { type: "boolean" },
  verbose: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `deno task pipeline gc`. */
export const gcCommand: Command = {
  help: `Removes results that nothing refers to any more, old runs, and what killed runs left.

Kept is what the last runs of each pipeline used, what pinned runs used, the results whose bytes lie published in the
project, and what any of these was made from; and checkpoints and failures of the runs that are kept.

Usage: deno task pipeline gc [pipelines/file.ts] [options]

With a pipeline file it removes only what runs of that file left.

Options:
      --keep N          runs of each pipeline to keep (default: 10)
      --dry-run         only says what would be removed
      --verbose         lists it
      --json            prints one JSON object
      --help            prints this
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, options);
    const keepRuns = parseCount("keep", values.keep);
    const dryRun = values["dry-run"] ?? false;
    const { root } = projectStore();
    const file = positionals.length === 0
      ? undefined
      : newestRunOf(root, onlyFile("collect garbage", positionals)).file;
    const collection = await collectGarbage(root, { keepRuns, dryRun, file });
    if (values.json) {
      screen.write(`${JSON.stringify({ dryRun, ...collection })}\n`);
      return 0;
    }
    if (values.verbose) {
      for (const { kind, name, bytes } of collection.removed) {
        screen.write(`${kind} ${name} (${formatBytes(bytes)})\n`);
      }
    }
    screen.write(summaryOf(collection, dryRun));
    return 0;
  },
};

const nouns: Record<Garbage["kind"], [string, string]> = {
  result: ["result", "results"],
  run: ["run", "runs"],
  checkpoint: ["checkpoint file", "checkpoint files"],
  failure: ["failure", "failures"],
  replay: ["replay", "replays"],
  scratch: ["scratch file or folder", "scratch files and folders"],
  log: ["log of a detached run", "logs of detached runs"],
};

function summaryOf({ removed, kept }: Collection, dryRun: boolean): string {
  const bytes = removed.reduce((sum, item) => sum + item.bytes, 0);
  const counts = Object.entries(nouns).flatMap(([kind, [one, many]]) => {
    const count = removed.filter((item) => item.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const what = counts.length === 0 ? "nothing" : `${counts.join(", ")} (${formatBytes(bytes)})`;
  return `${dryRun ? "Would remove" : "Removed"} ${what}; kept ${formatCount(kept.keys.length, "result")} ` +
    `(${formatBytes(kept.bytes)}) and ${formatCount(kept.runs, "run")}\n`;
}
