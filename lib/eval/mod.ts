/** Metrics of binary tasks, tests of significance, and result tables. */
export type { Numbers } from "./inputs.ts";
export { auc } from "./recommendation/auc.ts";
export { calibration } from "./recommendation/calibration.ts";
export { deltaM, type DeltaMRow } from "./recommendation/delta_m.ts";
export { gauc } from "./recommendation/gauc.ts";
export { logLoss, logLosses } from "./recommendation/log_loss.ts";
export { normalizedEntropy, relativeGain } from "./recommendation/normalized_entropy.ts";
export { type MetricInfo, metricInfo, type MetricName, signature } from "./metric_info.ts";

export { bleuMetric, type BleuScore, corpusBleu, sentenceBleu } from "./text/bleu.ts";
export {
  type BleuDialect,
  bleuDialects,
  type BleuOptions,
  type BleuSmoothing,
  bleuSmoothings,
} from "./text/bleu_options.ts";
export { extractionRecall } from "./text/extraction_recall.ts";
export { IdfCounter, inverseDocumentFrequency } from "./text/idf.ts";
export {
  corpusIdfBleu,
  idfBleu,
  idfBleuMetric,
  type IdfBleuOptions,
  IdfBleuScorer,
  idfBleuSignature,
} from "./text/idf_bleu.ts";
export type { Score } from "./text/score.ts";
export { collectStatistics, scoreCorpus, type SegmentMetric } from "./text/segment_metric.ts";
export { selfBleu } from "./text/self_bleu.ts";
export { tokenize, tokenize13a, type TokenizerName, tokenizerNames } from "./text/tokenizers.ts";

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
