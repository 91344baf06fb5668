import type { StageContext } from "../../lib/pipeline/mod.ts";

interface Runnable {
  readonly definition: { run(ctx: never): void | Promise<void> };
}

/** Runs a stage in this process, its inputs and outputs where they are said to be. */
export async function runStage(
  stage: Runnable,
  { params, inputs, outputs, checkpoint = "" }: {
    params: object;
    inputs: Record<string, string[]>;
    outputs: Record<string, string>;
    /** Folder for how far the stage got, of one that keeps that. */
    checkpoint?: string;
  },
): Promise<void> {
  const ctx: StageContext<object> = {
    ...{ params, inputs, outputs, checkpoint, cores: 1, signal: new AbortController().signal },
    input: (name) => inputs[name][0],
    inputList: (name) => inputs[name],
    progress() {},
    log() {},
  };
  await stage.definition.run(ctx as never);
}
