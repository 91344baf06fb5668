import { fScore } from "./chrf_f_score.ts";
import { type ChrfOptions, type ChrfSettings, chrfSettings, chrfSignature } from "./chrf_options.ts";
import { ngramOverlaps } from "./ngram_overlap.ts";
import { presentReferences, ReferenceCount, referenceCount } from "./present_references.ts";
import type { Score } from "./score.ts";
import type { SegmentMetric } from "./segment_metric.ts";
import { checkCorpus, checkReferences } from "./text_inputs.ts";
import { splitWords } from "./tokenizers.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * chrF of a corpus, 0 to 100: F-beta over n-grams of characters (code points), as sacreBLEU 2 computes it.
 *
 * Per order n, the n-grams of all hypotheses, of all references and their clipped matches are summed over the corpus,
 * a segment's reference being the one with the best score for that segment (the first of equals). With
 * P_n = matches / hypothesis, R_n = matches / reference, and P, R their means over the orders that both sides have:
 *
 *     chrF = 100 (1 + beta^2) P R / (beta^2 P + R)
 *
 * With `epsSmoothing` it is instead the mean of the F_n over all orders, one that a side lacks counting as 0 (1e-16
 * in sacreBLEU).
 *
 * The default is chrF2; with `wordOrder: 2` it is chrF++, whose words are cut at white space and lose one ASCII
 * punctuation mark, the last or else the first. An empty hypothesis or reference scores 0. Time O(n) an order.
 *
 * Source: Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015, and "chrF++", WMT 2017;
 * sacreBLEU 2, sacrebleu/metrics/chrf.py.
 *
 * @param references `references[i]` belongs to `hypotheses[i]`; their number may vary. An empty one beside others
 *   stands for a missing one, as `None` does in sacreBLEU.
 * @throws {RangeError} No hypotheses, another number of reference sets, a set without references, an option out of
 *   its range.
 */
export function corpusChrf(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options?: ChrfOptions,
): Score {
  checkCorpus("chrF", hypotheses, references);
  const settings = chrfSettings(options);
  const sums = new Float64Array(statisticsLength(settings));
  for (let i = 0; i < hypotheses.length; i++) {
    const statistics = segmentStatistics(hypotheses[i], references[i], settings);
    for (let k = 0; k < sums.length; k++) sums[k] += statistics[k];
  }
  return { score: fScore(sums, settings), signature: chrfSignature(options, referenceCount(references)) };
}

/** {@link corpusChrf} to be streamed or resampled. */
export function chrfMetric(options?: ChrfOptions): SegmentMetric {
  const settings = chrfSettings(options), references = new ReferenceCount();
  const label = `chrF${settings.beta}${"+".repeat(settings.wordOrder)}`;
  return {
    name: settings.wordOrder > 0 ? "chrf++" : "chrf",
    label,
    best: 100,
    columns: statisticsLength(settings),
    collect(hypothesis, given, row) {
      references.add(presentReferences(given).length);
      row.set(segmentStatistics(hypothesis, given, settings));
    },
    score: (sums) => fScore(sums, settings),
    signature: () => chrfSignature(options, references.value),
  };
}

/** {@link corpusChrf} of one segment. */
export function sentenceChrf(
  hypothesis: string,
  references: readonly string[],
  options?: ChrfOptions,
): Score {
  checkReferences("chrF", references);
  const settings = chrfSettings(options);
  return {
    score: fScore(segmentStatistics(hypothesis, references, settings), settings),
    signature: chrfSignature(options, referenceCount([references])),
  };
}

const statisticsLength = ({ charOrder, wordOrder }: ChrfSettings) => 3 * (charOrder + wordOrder);

/** The statistics of a hypothesis and that of its references against which it scores best. */
function segmentStatistics(
  hypothesis: string,
  references: readonly string[],
  settings: ChrfSettings,
): Float64Array {
  const h = prepare(hypothesis, settings);
  const [first, ...others] = presentReferences(references);
  let best = pairStatistics(h, prepare(first, settings), settings);
  if (others.length === 0) return best;
  let bestScore = fScore(best, settings);
  for (const reference of others) {
    const statistics = pairStatistics(h, prepare(reference, settings), settings);
    const score = fScore(statistics, settings);
    if (score > bestScore) [best, bestScore] = [statistics, score];
  }
  return best;
}

interface Segment {
  readonly characters: Int32Array;
  readonly words: readonly string[];
}

/** Three numbers an order, first of characters, then of words: n-grams of hypothesis and reference, matches. */
function pairStatistics(hypothesis: Segment, reference: Segment, settings: ChrfSettings): Float64Array {
  const { charOrder, wordOrder } = settings;
  const statistics = new Float64Array(statisticsLength(settings));
  const overlaps = ngramOverlaps(hypothesis.characters, reference.characters, charOrder);
  if (wordOrder > 0) {
    const vocabulary = new Vocabulary();
    const h = vocabulary.encode(hypothesis.words), r = vocabulary.encode(reference.words);
    overlaps.push(...ngramOverlaps(h, r, wordOrder));
  }
  overlaps.forEach(({ occurrences: { hypothesis, reference, matches } }, order) => {
    // An order that the reference is too short for is not held against the hypothesis.
    statistics[3 * order] = reference > 0 ? hypothesis : 0;
    statistics[3 * order + 1] = reference;
    statistics[3 * order + 2] = matches;
  });
  return statistics;
}

function prepare(text: string, { lowercase, whitespace, wordOrder }: ChrfSettings): Segment {
  const line = lowercase ? text.toLowerCase() : text;
  return {
    characters: codePoints(whitespace ? line : splitWords(line).join("")),
    words: wordOrder > 0 ? splitWords(line).flatMap(cutPunctuation) : [],
  };
}

function codePoints(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    points[length++] = point;
  }
  return points.subarray(0, length);
}

const punctuationLast = /^(.+)([!-\/:-@[-`{-~])$/su;
const punctuationFirst = /^([!-\/:-@[-`{-~])(.+)$/su;

/** "(hi)" gives "(hi" and ")", as in Popović's chrF++.py. */
function cutPunctuation(word: string): string[] {
  const parts = punctuationLast.exec(word) ?? punctuationFirst.exec(word);
  return parts ? [parts[1], parts[2]] : [word];
}
