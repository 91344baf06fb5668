/** Metrics of binary tasks, tests of significance, and result tables. */
export type { Numbers } from "./inputs.ts";
export { auc } from "./recommendation/auc.ts";
export { calibration } from "./recommendation/calibration.ts";
export { deltaM, type DeltaMRow } from "./recommendation/delta_m.ts";
export { gauc } from "./recommendation/gauc.ts";
export { logLoss, logLosses, probabilityClip } from "./recommendation/log_loss.ts";
export { normalizedEntropy, relativeGain } from "./recommendation/normalized_entropy.ts";
export { type MetricInfo, type MetricName, signature } from "./metric_info.ts";

export { compareModels, type ModelComparison, significanceMark } from "./significance/compare_models.ts";
export { holm } from "./significance/holm.ts";
export {
  type BootstrapMetric,
  type PairedBootstrap,
  pairedBootstrap,
  type PairedBootstrapOptions,
  type PairedRun,
} from "./significance/paired_bootstrap.ts";
export { type PairedT, pairedT } from "./significance/paired_t.ts";

export {
  type CellTest,
  createResultTable,
  type ResultCell,
  type ResultColumn,
  type ResultTable,
  type ResultTableOptions,
  type SignificanceOptions,
  type Spread,
} from "./tables/result_table.ts";
export type { SeedSummary } from "./tables/table_frame.ts";
export type { ResultRecord } from "./tables/table_records.ts";
export { toCsv } from "./tables/table_csv.ts";
export { toLatex } from "./tables/table_latex.ts";
export { toMarkdown } from "./tables/table_markdown.ts";
