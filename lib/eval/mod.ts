/** Metrics of texts, explanations, rankings and binary tasks; tests of significance; result tables. */
export type { Numbers } from "./inputs.ts";
export { type MetricInfo, metricInfo, type MetricName, signature } from "./metric_info.ts";

// Texts against references
export { bleuMetric, type BleuScore, corpusBleu, sentenceBleu } from "./text/bleu.ts";
export { SentenceBleuOfIds } from "./text/bleu_of_ids.ts";
export {
  type BleuDialect,
  bleuDialects,
  type BleuOptions,
  type BleuSmoothing,
  bleuSmoothings,
} from "./text/bleu_options.ts";
export { chrfMetric, corpusChrf, sentenceChrf } from "./text/chrf.ts";
export { type ChrfOptions, chrfSignature } from "./text/chrf_options.ts";
export { type CorpusRouge, corpusRouge, rougeMetrics } from "./text/corpus_rouge.ts";
export {
  extractionRecall,
  ExtractionRecallOfIds,
  type ExtractionRecallOptions,
} from "./text/extraction_recall.ts";
export { IdfCounter, inverseDocumentFrequency } from "./text/idf.ts";
export { corpusIdfBleu, idfBleu, idfBleuMetric, IdfBleuScorer } from "./text/idf_bleu.ts";
export { IdfBleuOfIds } from "./text/idf_bleu_of_ids.ts";
export { type IdfBleuOptions, idfBleuSignature } from "./text/idf_bleu_options.ts";
export { corpusMeteor, meteor, meteorMetric, meteorSignature } from "./text/meteor.ts";
export { porterStem } from "./text/porter_stemmer.ts";
export { rouge, rougeN } from "./text/rouge.ts";
export { RougeOfIds } from "./text/rouge_of_ids.ts";
export { rougeLsum } from "./text/rouge_lsum.ts";
export { type RougeOptions, type RougeScore, rougeSignature } from "./text/rouge_options.ts";
export type { Score } from "./text/score.ts";
export { collectStatistics, scoreCorpus, type SegmentMetric } from "./text/segment_metric.ts";
export { selfBleu } from "./text/self_bleu.ts";
export { tokenize, tokenize13a, type TokenizerName, tokenizerNames } from "./text/tokenizers.ts";

// Explanations
export { averageLength, meanIdf } from "./explanation/averages.ts";
export { distinctN, sentenceDistinctN } from "./explanation/distinct.ts";
export { div } from "./explanation/div.ts";
export { fcr } from "./explanation/fcr.ts";
export {
  type FeaturePrecisionRecall,
  featurePrecisionRecall,
  type PrecisionRecall,
} from "./explanation/feature_precision_recall.ts";
export { fmr } from "./explanation/fmr.ts";
export { kendallTau } from "./explanation/kendall_tau.ts";
export { pairwiseAccuracy } from "./explanation/pairwise_accuracy.ts";
export { perplexity } from "./explanation/perplexity.ts";
export { type RankedGroup, type RankingRecovery, rankingRecovery } from "./explanation/ranking_recovery.ts";
export { repetition, seqRep, seqRep2 } from "./explanation/repetition.ts";
export type { TokenSequences } from "./explanation/sequences.ts";
export {
  indexReviews,
  type SourcedStatement,
  type Statement,
  type Support,
  support,
  type SupportIndex,
} from "./explanation/support.ts";
export { usr } from "./explanation/usr.ts";

// Predictions and rankings
export { auc } from "./recommendation/auc.ts";
export { calibration } from "./recommendation/calibration.ts";
export { deltaM, type DeltaMRow } from "./recommendation/delta_m.ts";
export { gauc } from "./recommendation/gauc.ts";
export { hitRate, hitRateSignature } from "./recommendation/hit_rate.ts";
export { logLoss, logLosses, probabilityClip } from "./recommendation/log_loss.ts";
export { meanReciprocalRank, mrr, mrrSignature } from "./recommendation/mrr.ts";
export { ndcg, type NdcgOptions, ndcgSignature } from "./recommendation/ndcg.ts";
export { normalizedEntropy, relativeGain } from "./recommendation/normalized_entropy.ts";
export type { RankedList, RankingScore } from "./recommendation/ranked_list.ts";
export { mae, rmse } from "./recommendation/rating_error.ts";

// Significance
export {
  type ApproximateRandomization,
  approximateRandomization,
  type ApproximateRandomizationOptions,
} from "./significance/approximate_randomization.ts";
export {
  bootstrapInterval,
  type BootstrapIntervalOptions,
  pairedBootstrapOfStatistics,
  type PairedBootstrapOfStatisticsOptions,
} from "./significance/bootstrap_of_statistics.ts";
export { compareModels, type ModelComparison, significanceMark } from "./significance/compare_models.ts";
export { holm } from "./significance/holm.ts";
export { type MeanInterval, meanInterval } from "./significance/mean_interval.ts";
export {
  type BootstrapMetric,
  type PairedBootstrap,
  pairedBootstrap,
  type PairedBootstrapOptions,
  type PairedRun,
} from "./significance/paired_bootstrap.ts";
export {
  type BootstrapInterval,
  bootstrapIntervalOf,
  type BootstrapIntervalOfOptions,
  type BootstrapP,
  type PairedBootstrapOf,
  pairedBootstrapOf,
  type PairedBootstrapOfOptions,
} from "./significance/paired_bootstrap_of.ts";
export { type CompareMeans, pairedBootstrapOfMeans } from "./significance/paired_bootstrap_of_means.ts";
export { type PairedT, pairedT } from "./significance/paired_t.ts";
export {
  compareOverSeedsAndExamples,
  type MethodRuns,
  type SeedsAndExamples,
} from "./significance/seeds_and_examples.ts";

// Tables
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
export { markdownRows } from "./tables/markdown_rows.ts";
export { plainTable } from "./tables/plain_table.ts";
export { type TextTable, textTableToLatex, textTableToMarkdown } from "./tables/text_table.ts";
export { formatNumber } from "./tables/table_text.ts";
export { toCsv } from "./tables/table_csv.ts";
export { toLatex } from "./tables/table_latex.ts";
export { toMarkdown } from "./tables/table_markdown.ts";
