import {
  type Command,
  fileAndNames,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
} from "../command_line.ts";
import { explain, type Explanation } from "../plan/explain.ts";
import { formatCount, formatTime } from "../base/format.ts";
import { loadPipeline } from "../plan/load.ts";

/** `deno task pipeline why`. */
export const whyCommand: Command = {
  help:
    `Says what makes stages run: which parameter, input, module, package or variable differs from the nearest
result in the store, the one with the fewest differences.

Usage: deno task pipeline why <pipelines/file.ts> [stages] [options]

Without stages it explains all that would run. A stage that is up to date is explained by what had changed when it
ran last. A stage is an instance ("train ew/seed 1"), all of one kind ("train"), or has "*" for any letters.

Options:
${parameterHelp}
      --json            prints JSON lines
      --help            prints this
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, pipelineOptions);
    const [file, names] = fileAndNames("explain", positionals);
    const pipeline = await loadPipeline(file, { settings: settingsOf(values) });
    const explanations = await explain(pipeline, names);
    for (const explanation of explanations) {
      screen.write(values.json ? `${JSON.stringify(explanation)}\n` : textOf(explanation));
    }
    if (explanations.length === 0 && !values.json) {
      const count = formatCount(pipeline.instances.length, "stage");
      screen.write(`${count} up to date; name a stage to see why it ran last\n`);
    }
    return 0;
  },
};

function textOf({ stage, state, madeAt, nearest, reasons }: Explanation): string {
  const head = {
    "hit": `is up to date; made ${formatTime(madeAt ?? 0)}`,
    "would-run": "would run",
    "blocked": "depends on others",
  }[state];
  const compared = nearest === undefined
    ? ""
    : `, compared with ${nearest.stage === stage ? "its result" : `that of ${nearest.stage}`} of ${
      formatTime(nearest.madeAt)
    }`;
  return `${stage} ${head}${compared}:\n${reasons.map((reason) => `  ${reason}\n`).join("")}`;
}
