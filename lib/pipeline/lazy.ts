import type { main as mainNow } from "./cli.ts";
import type { loadPipeline as loadPipelineNow } from "./plan/load.ts";
import type { runPipeline as runPipelineNow } from "./run/run_pipeline.ts";

// Every stage's process imports this library for defineStage; it shall not load the engine for that, which would take
// as long as starting the process. A literal import() would be read ahead of time; a name that is put together is not.
const here = new URL(".", import.meta.url).href;

/** See {@link loadPipelineNow}. */
export const loadPipeline: typeof loadPipelineNow = async (...args) =>
  (await import(`${here}plan/load.ts`)).loadPipeline(...args);

/** See {@link runPipelineNow}. */
export const runPipeline: typeof runPipelineNow = async (...args) =>
  (await import(`${here}run/run_pipeline.ts`)).runPipeline(...args);

/** See {@link mainNow}. */
export const main: typeof mainNow = async (...args) => (await import(`${here}cli.ts`)).main(...args);
