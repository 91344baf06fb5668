import {
  type Command,
  onlyFile,
  parse,
  parseCount,
  pipelineOptions,
  quoteArgument,
} from "../command_line.ts";
import { runPipeline } from "../run_pipeline.ts";
import { showStatus } from "./status.ts";

const options = {
  ...pipelineOptions,
  jobs: { type: "string", short: "j" },
  only: { type: "string", multiple: true },
  from: { type: "string", multiple: true },
  until: { type: "string", multiple: true },
  "dry-run": { type: "boolean" },
  force: { type: "boolean" },
  "keep-going": { type: "boolean", short: "k" },
  verify: { type: "boolean" },
  overwrite: { type: "boolean" },
  verbose: { type: "boolean" },
} as const;

/** `deno task pipeline run`. */
export const runCommand: Command = {
  summary: "runs the stages whose results are not in the store",
  help: `Runs the stages of a pipeline whose results are not in the store.

Usage: deno task pipeline run <pipelines/file.ts> [options]

Options:
      --set key=value   sets a parameter of the pipeline; may be repeated
  -j, --jobs N          cores to use at a time (default: all)
      --until STAGE     runs only this stage and what it needs
      --from STAGE      runs only this stage and what depends on it
      --only STAGE      runs only this stage
      --dry-run         only says what would run
      --force           runs the stages even if their results are in the store
  -k, --keep-going      after a failure goes on with what does not depend on it
      --verify          takes a result from the store only if its bytes are those that were written
      --overwrite       publishes over files that were edited by hand
      --json            prints events as JSON lines
      --verbose         lists stages taken from the store, and log lines
      --help            prints this

A STAGE is an instance ("train ew/seed 1"), all of one kind ("train"), or has "*" for any letters ("train ew/*").
The three options may be repeated; what they leave out must be in the store where it is needed.

Exit code: 0, 1 if a stage failed, 2 for a wrong command line, 130 after an interrupt
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, options);
    const path = onlyFile("run", positionals);
    const settings = values.set ?? [];
    const { json, force, only, from, until } = values;
    const selection = { only, from, until };
    if (values["dry-run"]) return await showStatus(path, { settings, json, force, selection }, screen);
    return await runPipeline(path, {
      settings,
      json,
      screen,
      jobs: values.jobs === undefined ? undefined : parseCount("jobs", values.jobs),
      selection,
      force,
      keepGoing: values["keep-going"],
      verify: values.verify,
      overwrite: values.overwrite,
      verbose: values.verbose,
      // Going on with --force would begin anew.
      resumeCommand: ["deno task pipeline run", ...args.filter((arg) => arg !== "--force").map(quoteArgument)]
        .join(" "),
    });
  },
};
