import { type BleuOptions, bleuSettings, bleuSignature } from "./bleu_options.ts";
import { bleuOfSums, type BleuParts } from "./bleu_of_sums.ts";
import { BleuCollector } from "./bleu_statistics.ts";
import type { Score } from "./score.ts";
import { type SegmentMetric, sumStatistics } from "./segment_metric.ts";
import { checkCorpus, checkReferences } from "./text_inputs.ts";

export interface BleuScore extends Score, BleuParts {}

/**
 * BLEU of a corpus: the geometric mean of the modified n-gram precisions of the whole corpus, times a penalty for
 * output shorter than its references. Counts are summed over segments before any division.
 *
 *     p_n = sum_s sum_g min(c_h(g), max_r c_r(g)) / sum_s sum_g c_h(g)
 *     BLEU = BP exp(sum_n ln(p_n) / N),   BP = 1 if h > r else exp(1 - r/h)
 *
 * h is the length of the hypotheses, r that of the references closest in length, the shorter of two (dialect nmt: the
 * shortest). 0 to 100, higher is better; dialect nltk: 0 to 1, where methods 5 and 7 may exceed 1. Empty hypotheses count; a corpus of them scores 0.
 * An empty reference beside others stands for a missing one (dialect sacrebleu).
 *
 * Source: Papineni et al., "BLEU", ACL 2002; the dialects: sacreBLEU (Post, WMT 2018), NLTK's `bleu_score`, and
 * `compute_bleu` of Google's NMT.
 *
 * @param hypotheses One a segment.
 * @param references references[i] belongs to hypotheses[i]; at least one each, not all as many.
 * @throws {RangeError} No hypotheses, other lengths, a segment without references, an option that cannot be.
 */
export function corpusBleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): BleuScore {
  const settings = bleuSettings(options, "corpus");
  checkCorpus("corpus BLEU", hypotheses, references);
  const collector = new BleuCollector(settings);
  const sums = sumStatistics(collector, hypotheses, references);
  return { ...bleuOfSums(sums, settings), signature: bleuSignature(settings, collector.references) };
}

/** {@link corpusBleu} to be streamed or resampled. */
export function bleuMetric(options: BleuOptions = {}): SegmentMetric {
  const settings = bleuSettings(options, "corpus"), collector = new BleuCollector(settings);
  return {
    name: "bleu",
    label: settings.maxOrder === 4 ? "BLEU" : `BLEU-${settings.maxOrder}`,
    best: settings.dialect === "nltk" ? 1 : 100,
    columns: collector.columns,
    collect: collector.collect,
    score: (sums) => bleuOfSums(sums, settings).score,
    signature: () => bleuSignature(settings, collector.references),
  };
}

/**
 * BLEU of one sentence: {@link corpusBleu} of one segment, but that `effectiveOrder` is on by default (dialect
 * sacrebleu) and all of NLTK's smoothings may be used.
 *
 * @throws {RangeError} No references, an option that cannot be.
 */
export function sentenceBleu(
  hypothesis: string,
  references: readonly string[],
  options: BleuOptions = {},
): BleuScore {
  checkReferences("sentence BLEU", references);
  const settings = bleuSettings(options, "sentence");
  const collector = new BleuCollector(settings);
  const row = new Float64Array(collector.columns);
  collector.collect(hypothesis, references, row);
  return { ...bleuOfSums(row, settings), signature: bleuSignature(settings, collector.references) };
}
