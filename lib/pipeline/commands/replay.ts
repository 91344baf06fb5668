import {
  type Command,
  fileAndNames,
  parameterHelp,
  parse,
  pipelineOptions,
  settingsOf,
  UsageError,
} from "../command_line.ts";
import { untilInterrupted } from "../run/interrupt.ts";
import { loadPipeline } from "../plan/load.ts";
import { type Replay, replay } from "../run/replay.ts";

/** `deno task pipeline replay`. */
export const replayCommand: Command = {
  help:
    `Runs stages twice, each time in a fresh sandbox, and reports the first byte in which the outputs differ from each
other, or both from the result in the store. Changes nothing in the store.

Usage: deno task pipeline replay <pipelines/file.ts> <stages> [options]

A stage is an instance ("train ew/seed 1"), all of one kind ("train"), or has "*" for any letters. What it reads must be
in the store.

Options:
${parameterHelp}
      --json            prints JSON lines
      --help            prints this

Exit code: 0, or 1 if a stage that does not say \`deterministic: false\` gave other bytes
`,
  async run(args, screen) {
    const { values, positionals } = parse(args, pipelineOptions);
    const [file, names] = fileAndNames("replay", positionals);
    if (names.length === 0) throw new UsageError("Cannot replay: no stage is given, expected one or more");
    const pipeline = await loadPipeline(file, { settings: settingsOf(values) });
    const mayDiffer = new Map(pipeline.instances.map(({ id, stage }) => [id, !stage.deterministic]));
    using interrupt = untilInterrupted();
    let code = 0;
    try {
      for await (const result of replay(pipeline, names, interrupt.signal)) {
        const declared = mayDiffer.get(result.stage) ?? false;
        if (result.state !== "same" && !declared) code = 1;
        screen.write(values.json ? `${JSON.stringify(result)}\n` : textOf(result, declared));
      }
    } catch (error) {
      if (!interrupt.signal.aborted) throw error;
      return 130;
    }
    return code;
  },
};

function textOf({ stage, state, stored, differences, kept }: Replay, declared: boolean): string {
  const head = {
    same: `gave the same bytes twice${stored ? ", those of the store" : ""}`,
    unstable: `gave different bytes${declared ? ", as it says (deterministic: false)" : ""}`,
    drifted: "gave the same bytes twice, but the store (the first) has others",
  }[state];
  const advice = kept === undefined ? [] : [`both are kept in ${kept}`];
  return [`${stage} ${head}`, ...differences.map((line) => `  ${line}`), ...advice.map((line) => `  ${line}`)]
    .join("\n") + "\n";
}
