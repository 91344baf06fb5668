/** Datasets: cards, strict readers, encoders, splits, synthetic worlds, and batches streamed from Parquet. */
export {
  type Card,
  type CardColumn,
  type CardTask,
  type CorpusCard,
  type FileCard,
  loadCard,
  loadCardOfKind,
  loadTabularCard,
  parseCard,
  type ReviewCard,
  type SyntheticCard,
  type SyntheticReviewsCard,
  type TabularCard,
} from "./card.ts";
export { type DataPlaces, type DatasetLocation, locateDataset, verifyRawFiles } from "./locate.ts";
export { type FileIdentity, identifyFile, verifyFile } from "./checksum.ts";
export { DataFormatError } from "./raw_lines.ts";
export { readParallelLines, readTextLines } from "./text_lines.ts";
export { prepareDataset, type PrepareOptions } from "./prepare.ts";
export type { SplitFractions } from "./split_rows.ts";
export type { CategoricalEncoding, FieldEncoding, NumericEncoding } from "./encoder.ts";
export { makeWorld, type World, type WorldOptions } from "./world.ts";
export { type TaskOptimum, worldOptimum } from "./optimum.ts";
export { prepareWorld, type PrepareWorldOptions } from "./prepare_world.ts";
export type { Review } from "./review.ts";
export {
  type Grade,
  makeReviewWorld,
  type RankingReason,
  type ReviewLexicon,
  type ReviewWorld,
  type ReviewWorldOptions,
  type ReviewWorldTruth,
  type Statement,
  type TrueItem,
  type TrueUser,
} from "./review_world/mod.ts";
export {
  type PreparedField,
  type PreparedSchema,
  type PreparedTask,
  readPreparedSchema,
  type SplitName,
  splitNames,
} from "./prepared_schema.ts";
export type { Batch } from "./batch.ts";
export { type BatchOptions, type Split } from "./split.ts";
export { openSplit } from "./open_split.ts";
export { memorySplit } from "./memory_split.ts";

// Reviews
export { type ReviewFormat, reviewFormats } from "./reviews/formats.ts";
export { readReviews, type ReadReviewsOptions } from "./reviews/read_reviews.ts";
export { type DropReason, ReadReport } from "./reviews/report.ts";
export { readZip } from "./zip.ts";
