import type { main as mainNow } from "./cli.ts";
import type { loadPipeline as loadPipelineNow } from "./load.ts";
import type { runPipeline as runPipelineNow } from "./run_pipeline.ts";

// Every stage's process imports this library for defineStage; it shall not load the engine for that, which would take
// as long as starting the process.

/** See {@link loadPipelineNow}. */
export const loadPipeline: typeof loadPipelineNow = async (...args) =>
  (await import("./load.ts")).loadPipeline(...args);

/** See {@link runPipelineNow}. */
export const runPipeline: typeof runPipelineNow = async (...args) =>
  (await import("./run_pipeline.ts")).runPipeline(...args);

/** See {@link mainNow}. */
export const main: typeof mainNow = async (...args) => (await import("./cli.ts")).main(...args);
