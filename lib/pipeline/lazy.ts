import type { main as cli } from "./cli.ts";
import type { LoadedPipeline, loadPipeline as load, PipelineParams } from "./plan/load.ts";
import type { RunOptions, runPipeline as run } from "./run/run_pipeline.ts";
import type { Screen } from "./show/display.ts";

// Every stage's process imports this library for defineStage; it shall not load the engine for that, which would take
// as long as starting the process. A literal import() would be read ahead of time; a name that is put together is not.
const here = new URL(".", import.meta.url).href;

/**
 * Loads a pipeline file and checks it, without running anything.
 *
 * @param path Of the file, absolute or relative to the working directory.
 * @param given Parameters of the pipeline; the others have their defaults.
 * @throws {Error} If the file is absent or no pipeline, a parameter is wrong, the graph is not sound, or a raw file
 *   is missing.
 */
export async function loadPipeline(path: string, given?: PipelineParams): Promise<LoadedPipeline> {
  const { loadPipeline }: { loadPipeline: typeof load } = await import(`${here}plan/load.ts`);
  return await loadPipeline(path, given);
}

/**
 * Runs a pipeline file with a display on standard output. Ctrl-C stops it; what is done stays in the store.
 *
 * @param path Of the file, absolute or relative to the working directory.
 * @returns The exit code: 0, 1 if a stage failed, 130 if it was interrupted.
 * @throws {Error} If the pipeline cannot be loaded or its parameters are wrong, or a stage asks for more than there is.
 */
export async function runPipeline(path: string, options?: RunOptions): Promise<number> {
  const { runPipeline }: { runPipeline: typeof run } = await import(`${here}run/run_pipeline.ts`);
  return await runPipeline(path, options);
}

/**
 * The command line of `deno task pipeline`.
 *
 * @param args Without program name: `["run", "pipelines/toy.ts", "-j", "2"]`.
 * @param screen Where to show what happens (default: standard output).
 * @returns The exit code.
 */
export async function main(args: readonly string[], screen?: Screen): Promise<number> {
  const { main }: { main: typeof cli } = await import(`${here}cli.ts`);
  return await main(args, screen);
}
