/** Metrics of binary tasks, tests of significance, and result tables. */
export type { Numbers } from "./inputs.ts";
export { auc } from "./auc.ts";
export { calibration } from "./calibration.ts";
export { deltaM, type DeltaMRow } from "./delta_m.ts";
export { gauc } from "./gauc.ts";
export { logLoss, logLosses } from "./log_loss.ts";
export { normalizedEntropy, relativeGain } from "./normalized_entropy.ts";
export { type MetricInfo, type MetricName, signature } from "./metric_info.ts";

export { compareModels, type ModelComparison, significanceMark } from "./compare_models.ts";
export { holm } from "./holm.ts";
export {
  type BootstrapMetric,
  type PairedBootstrap,
  pairedBootstrap,
  type PairedBootstrapOptions,
  type PairedRun,
} from "./paired_bootstrap.ts";
export { type PairedT, pairedT } from "./paired_t.ts";

export {
  type CellTest,
  createResultTable,
  type ResultCell,
  type ResultColumn,
  type ResultTable,
  type ResultTableOptions,
  type SignificanceOptions,
  type Spread,
} from "./result_table.ts";
export type { SeedSummary } from "./table_frame.ts";
export type { ResultRecord } from "./table_records.ts";
export { toCsv } from "./table_csv.ts";
export { toLatex } from "./table_latex.ts";
export { toMarkdown } from "./table_markdown.ts";
