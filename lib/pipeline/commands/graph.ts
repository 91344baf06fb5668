import {
  type Command,
  onlyFile,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
} from "../command_line.ts";
import { loadPipeline } from "../plan/load.ts";
import { mermaid } from "../show/mermaid.ts";
import { boundInputs } from "../define/pipeline.ts";
import type { StageInstance } from "../define/stage.ts";

const options = { ...pipelineOptions, stages: { type: "boolean" } } as const;

/** `deno task pipeline graph`. */
export const graphCommand: Command = {
  help: `Writes the graph of a pipeline as a Mermaid flowchart, which GitHub and many editors draw.

Usage: deno task pipeline graph <pipelines/file.ts> [options]

Options:
${parameterHelp}
      --stages          draws all instances of a stage as one
      --json            prints a JSON line for each stage instead: what it reads, writes and publishes
      --help            prints this
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, options);
    const { instances } = await loadPipeline(onlyFile("draw", positionals), { settings: settingsOf(values) });
    if (values.json) {
      for (const instance of instances) screen.write(`${JSON.stringify(describe(instance))}\n`);
      return 0;
    }
    screen.write(mermaid(instances, { byStage: values.stages ?? false }));
    return 0;
  },
};

function describe(instance: StageInstance): object {
  const { id, stage, params, publish } = instance;
  const inputs = boundInputs(instance).map(({ name, source }) =>
    source.kind === "raw"
      ? { name, file: source.path }
      : { name, stage: source.instance.id, output: source.output }
  );
  return { stage: id, kind: stage.name, params, inputs, outputs: stage.outputs, publish };
}
