import {
  type Command,
  onlyFile,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
} from "../command_line.ts";
import { loadPipeline } from "../load.ts";
import { mermaid } from "../mermaid.ts";

const options = {
  set: pipelineOptions.set,
  seeds: pipelineOptions.seeds,
  stages: { type: "boolean" },
} as const;

/** `deno task pipeline graph`. */
export const graphCommand: Command = {
  help: `Writes the graph of a pipeline as a Mermaid flowchart, which GitHub and many editors draw.

Usage: deno task pipeline graph <pipelines/file.ts> [options]

Options:
${parameterHelp}
      --stages          draws all instances of a stage as one
      --help            prints this
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, options);
    const { instances } = await loadPipeline(onlyFile("draw", positionals), { settings: settingsOf(values) });
    screen.write(mermaid(instances, { byStage: values.stages ?? false }));
    return 0;
  },
};
