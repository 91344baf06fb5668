import { referenceCount } from "./present_references.ts";
import { rougeOfNumbers } from "./rouge.ts";
import { sentences, summaryScore } from "./rouge_lsum.ts";
import {
  type RougeOptions,
  type RougeScore,
  type RougeSettings,
  rougeSettings,
  rougeSignature,
} from "./rouge_options.ts";
import { meanMetric, type SegmentMetric } from "./segment_metric.ts";
import { checkCorpus } from "./text_inputs.ts";
import { wordNumbers } from "./word_numbers.ts";

/** Means over the hypotheses of a corpus. */
export interface CorpusRouge {
  readonly rouge1: RougeScore;
  readonly rouge2: RougeScore;
  readonly rougeL: RougeScore;
  /** Lines of a text are sentences, see {@link rougeLsum}. Dialect `google` only. */
  readonly rougeLsum?: RougeScore;
  readonly signature: string;
}

type Kind = "rouge1" | "rouge2" | "rougeL" | "rougeLsum";

/**
 * Mean {@link rouge} of a corpus. Of several references each kind of score takes, hypothesis by hypothesis, the one
 * with the best F (the first of equals), whole: its precision and recall with it. That is `score_multi` of
 * google-research's `rouge_score`; the 2004 paper's jackknifing is not done.
 *
 * The mean of F is not the F of the mean precision and recall. Upstream's aggregator prints the median of bootstrap
 * means instead, which scatters about this mean.
 *
 * @param references `references[i]` belongs to `hypotheses[i]`; their number may vary. An empty one counts as missing.
 * @throws {RangeError} No hypotheses, another number of reference sets, a set without references.
 */
export function corpusRouge(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options?: RougeOptions,
): CorpusRouge {
  checkCorpus("ROUGE", hypotheses, references);
  const settings = rougeSettings(options);
  const kinds = kindsOf(settings);
  const sums = kinds.map(() => ({ precision: 0, recall: 0, f: 0 }));
  for (let i = 0; i < hypotheses.length; i++) {
    bestScores(hypotheses[i], references[i], settings).forEach((best, k) => {
      sums[k].precision += best.precision;
      sums[k].recall += best.recall;
      sums[k].f += best.f;
    });
  }
  const mean = (sum: number) => sum / hypotheses.length;
  const [rouge1, rouge2, rougeL, rougeLsum] = sums.map(({ precision, recall, f }) => ({
    precision: mean(precision),
    recall: mean(recall),
    f: mean(f),
  }));
  return {
    rouge1,
    rouge2,
    rougeL,
    ...(rougeLsum && { rougeLsum }),
    signature: rougeSignature(options, referenceCount(references)),
  };
}

/**
 * Mean F of {@link corpusRouge}, a metric each for ROUGE-1, ROUGE-2 and ROUGE-L, to be streamed or resampled.
 * The three share their work on a segment.
 */
export function rougeMetrics(options?: RougeOptions): SegmentMetric[] {
  const settings = rougeSettings(options);
  let last: { hypothesis: string; references: readonly string[]; scores: RougeScore[] } | undefined;
  const scoresOf = (hypothesis: string, references: readonly string[]) => {
    if (last?.hypothesis !== hypothesis || last.references !== references) {
      last = { hypothesis, references, scores: bestScores(hypothesis, references, settings) };
    }
    return last.scores;
  };
  return ["1", "2", "L"].map((kind, k) =>
    meanMetric({
      name: `rouge-${kind.toLowerCase()}`,
      label: `ROUGE-${kind}`,
      best: settings.scale,
      score: (hypothesis, references) => scoresOf(hypothesis, references)[k].f,
      signature: (references) => rougeSignature(options, references),
    })
  );
}

function kindsOf({ dialect }: RougeSettings): Kind[] {
  return ["rouge1", "rouge2", "rougeL", ...(dialect === "google" ? ["rougeLsum" as const] : [])];
}

/** Of each kind, the score against the reference that it is best for. */
function bestScores(
  hypothesis: string,
  references: readonly string[],
  settings: RougeSettings,
): RougeScore[] {
  const candidates = referenceScores(hypothesis, references, settings);
  return kindsOf(settings).map((kind) => {
    const scores = candidates.map((candidate) => candidate[kind]!);
    return scores.reduce((best, score) => score.f > best.f ? score : best);
  });
}

/** Scores of a hypothesis against each reference. */
function referenceScores(
  hypothesis: string,
  references: readonly string[],
  settings: RougeSettings,
): Partial<Record<Kind, RougeScore>>[] {
  const ofHypothesis = sentences(hypothesis, settings);
  const number = wordNumbers(), h = number(ofHypothesis.flat());
  return references.map((reference) => {
    const ofReference = sentences(reference, settings);
    const scores = rougeOfNumbers(h, number(ofReference.flat()), settings);
    if (settings.dialect !== "google") return scores;
    // One line each: the union of longest common subsequences is a single one, and clips nothing.
    const rougeLsum = ofHypothesis.length === 1 && ofReference.length === 1
      ? scores.rougeL
      : summaryScore(ofHypothesis, ofReference, settings);
    return { ...scores, rougeLsum };
  });
}
