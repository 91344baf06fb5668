/** Datasets: cards, strict readers, encoders, splits, synthetic worlds, and batches streamed from Parquet. */
export {
  type Card,
  type CardColumn,
  type CardTask,
  loadCard,
  loadTabularCard,
  parseCard,
  type SyntheticCard,
  type TabularCard,
} from "./card.ts";
export { type DataPlaces, type DatasetLocation, locateDataset } from "./locate.ts";
export { type FileIdentity, identifyFile, verifyFile } from "./checksum.ts";
export { DataFormatError } from "./raw_lines.ts";
export { readParallelLines, readTextLines } from "./text_lines.ts";
export { prepareDataset, type PrepareOptions } from "./prepare.ts";
export type { SplitFractions } from "./split_rows.ts";
export type { CategoricalEncoding, FieldEncoding, NumericEncoding } from "./encoder.ts";
export { makeWorld, type World, type WorldOptions } from "./world.ts";
export { type TaskOptimum, worldOptimum } from "./optimum.ts";
export { prepareWorld, type PrepareWorldOptions } from "./prepare_world.ts";
export {
  type PreparedField,
  type PreparedSchema,
  type PreparedTask,
  readPreparedSchema,
  type SplitName,
  splitNames,
} from "./prepared_schema.ts";
export type { Batch } from "./batch.ts";
export { type BatchOptions, openSplit, type Split } from "./open_split.ts";
