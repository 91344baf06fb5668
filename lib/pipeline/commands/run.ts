import { join, resolve } from "node:path";
import {
  type Command,
  onlyFile,
  parameterHelp,
  parse,
  parseCount,
  parseSize,
  pipelineOptions,
  settingsOf,
  UsageError,
} from "../command_line.ts";
import type { Screen } from "../show/display.ts";
import { randomSuffix } from "../base/files.ts";
import { quoteArgument } from "../base/quote_argument.ts";
import { engineCommand, findProject } from "../plan/project.ts";
import { runPipeline } from "../run/run_pipeline.ts";
import { showStatus } from "./status.ts";

const options = {
  ...pipelineOptions,
  jobs: { type: "string", short: "j" },
  memory: { type: "string" },
  gpus: { type: "string" },
  only: { type: "string", multiple: true },
  from: { type: "string", multiple: true },
  until: { type: "string", multiple: true },
  "dry-run": { type: "boolean" },
  force: { type: "boolean" },
  "keep-going": { type: "boolean", short: "k" },
  verify: { type: "boolean" },
  overwrite: { type: "boolean" },
  executor: { type: "string", default: "local" },
  sbatch: { type: "string", multiple: true },
  "latency-wait": { type: "string" },
  detach: { type: "boolean" },
  verbose: { type: "boolean" },
} as const;

/** `deno task pipeline run`. */
export const runCommand: Command = {
  help: `Runs the stages of a pipeline whose results are not in the store.

Usage: deno task pipeline run <pipelines/file.ts> [options]

Options:
${parameterHelp}
  -j, --jobs N          cores to use at a time (default: all)
      --memory SIZE     memory for stages that reserve some, as "16 GB" (default: all of the machine's)
      --gpus N          GPUs to use (default: those in CUDA_VISIBLE_DEVICES if it is set, else all)
      --until STAGE     runs only this stage and what it needs
      --from STAGE      runs only this stage and what depends on it
      --only STAGE      runs only this stage
      --dry-run         only says what would run
      --force           runs the stages even if their results are in the store
  -k, --keep-going      after a failure goes on with what does not depend on it
      --verify          takes a result from the store only if its bytes are those that were written
      --overwrite       publishes over files that were edited by hand
      --executor NAME   local (default) or slurm: a job for each stage; -j is then the number of jobs (default: 100)
      --sbatch OPTION   a further option for sbatch, as --sbatch=--partition=gpu; may be repeated
      --latency-wait S  seconds to wait on slurm for files of other machines to appear (default: 5)
      --detach          goes on when the shell is closed; says where the output is
      --json            prints events as JSON lines
      --verbose         lists stages taken from the store, and log lines
      --help            prints this

A STAGE is an instance ("train ew/seed 1"), all of one kind ("train"), or has "*" for any letters ("train ew/*").
--until, --from and --only may be repeated; what they leave out must be in the store where it is needed.

Exit code: 0, 1 if a stage failed, 2 for a wrong command line, 130 after an interrupt
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, options);
    const path = onlyFile("run", positionals);
    const settings = settingsOf(values);
    const { json, force, only, from, until } = values;
    if (values.executor !== "local" && values.executor !== "slurm") {
      throw new UsageError(
        `Cannot read option --executor: it is "${values.executor}", expected local or slurm`,
      );
    }
    for (const name of ["memory", "gpus"] as const) {
      if (values.executor === "slurm" && values[name] !== undefined) {
        throw new UsageError(
          `Cannot read option --${name}: Slurm counts for itself, expected --executor local`,
        );
      }
    }
    for (const name of ["sbatch", "latency-wait"] as const) {
      if (values.executor === "local" && values[name] !== undefined) {
        throw new UsageError(`Cannot read option --${name}: it is for Slurm, expected --executor slurm`);
      }
    }
    if (values.detach) return detach(path, args.filter((arg) => arg !== "--detach"), screen);
    const latency = values["latency-wait"];
    const slurm = values.executor === "local" ? undefined : {
      options: values.sbatch,
      latency: latency === undefined ? undefined : 1000 * parseCount("latency-wait", latency),
    };
    const selection = { only, from, until };
    if (values["dry-run"]) return await showStatus(path, { settings, json, force, selection }, screen);
    return await runPipeline(path, {
      settings,
      json,
      screen,
      jobs: values.jobs === undefined ? undefined : parseCount("jobs", values.jobs),
      memory: values.memory === undefined ? undefined : parseSize("memory", values.memory),
      gpus: values.gpus === undefined ? undefined : parseCount("gpus", values.gpus, 0),
      selection,
      force,
      keepGoing: values["keep-going"],
      verify: values.verify,
      slurm,
      overwrite: values.overwrite,
      verbose: values.verbose,
      // Going on with --force would begin anew.
      resumeCommand: ["deno task pipeline run", ...args.filter((arg) => arg !== "--force").map(quoteArgument)]
        .join(" "),
    });
  },
};

/** Starts the same run in a session of its own, which outlives the shell. */
function detach(path: string, args: readonly string[], screen: Screen): number {
  const project = findProject(resolve(path));
  const folder = join(project.root, ".pipeline", "detached");
  Deno.mkdirSync(folder, { recursive: true });
  const log = join(folder, `${randomSuffix()}.log`);
  Deno.writeTextFileSync(log, "");
  const child = new Deno.Command("sh", {
    args: ["-c", `exec "$@" >"$0" 2>&1`, log, ...engineCommand(project, "run", ...args)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  screen.write(`Started as process ${child.pid}; its output is in ${log}; kill -INT ${child.pid} stops it\n`);
  return 0;
}
