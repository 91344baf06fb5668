/**
 * Pipelines: declared stages that run in sandboxed processes and keep their results under a key of everything that
 * decides them. Knows nothing of what the stages compute.
 *
 * An author of pipelines needs {@link defineStage}, {@link rawFile}, {@link definePipeline}, and {@link grid} with
 * {@link seeds} and {@link labelOf}; "A pipeline of your own" in README.md shows all of them at work.
 *
 * In the order in which to read it, each built on those before: `base/` files, hashes, canonical JSON, locks; `define/`
 * what a pipeline file is written in; `code/` which modules a stage runs; `store/` results by key; `history/` events and
 * what they tell; `plan/` from a file to keys, and what changed them; `slurm/`; `show/` displays and pages; `run/` from
 * keys to results; `share/` remotes; `commands/` the command line.
 *
 * @module
 */
export {
  type Artifact,
  defineStage,
  type InputSource,
  type InstanceOptions,
  type ParamsSchema,
  type ProgressDetails,
  type RawFile,
  rawFile,
  type Retries,
  type StageContext,
  type StageDefinition,
  type StageFactory,
  type StageInstance,
  type StagePermissions,
} from "./define/stage.ts";
export type { ResourceOptions, Resources } from "./define/resources.ts";
export { definePipeline, type PipelineDefinition } from "./define/pipeline.ts";
export {
  type AxisValue,
  Grid,
  grid,
  type GridAxes,
  type GridCell,
  type GridPoint,
  labelOf,
  type NamedPoint,
} from "./define/grid.ts";
export { seeds } from "./define/seeds.ts";
export type { LoadedPipeline, PipelineParams } from "./plan/load.ts";
export type { Selection } from "./plan/selection.ts";
export type { Screen } from "./show/display.ts";
export type { RunOptions } from "./run/run_pipeline.ts";
export type { RunEvent } from "./history/events.ts";
export { quoteArgument } from "./base/quote_argument.ts";
export { loadPipeline, main, runPipeline } from "./lazy.ts";
