/**
 * Pipelines: declared stages that run in sandboxed processes and keep their results under a key of everything that
 * decides them. Knows nothing of what the stages compute.
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
} from "./stage.ts";
export type { ResourceOptions, Resources } from "./resources.ts";
export { definePipeline, type PipelineDefinition } from "./pipeline.ts";
export {
  type AxisValue,
  Grid,
  grid,
  type GridAxes,
  type GridCell,
  type GridPoint,
  labelOf,
  type NamedPoint,
} from "./grid.ts";
export { seeds } from "./seeds.ts";
export type { LoadedPipeline, PipelineParams } from "./load.ts";
export type { RunOptions } from "./run_pipeline.ts";
export type { RunEvent } from "./events.ts";
export { loadPipeline, main, runPipeline } from "./lazy.ts";
