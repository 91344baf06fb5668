import { porterStem } from "./porter_stemmer.ts";
import { referenceCount } from "./present_references.ts";
import type { Score } from "./score.ts";
import { meanMetric, type SegmentMetric } from "./segment_metric.ts";
import { checkCorpus, checkReferences } from "./text_inputs.ts";
import { splitWords } from "./tokenizers.ts";

/** Weight of precision in the mean: above 1/2 recall counts more. */
const alpha = .9;
/** How steeply the penalty grows with fragmentation. */
const beta = 3;
/** The largest penalty. */
const gamma = .5;

/**
 * METEOR with its stages of exact words and of Porter stems, without that of WordNet's synonyms; the best over the
 * references.
 *
 *     P = m / words of the hypothesis     R = m / words of the reference     F = P R / (alpha P + (1 - alpha) R)
 *     METEOR = F (1 - gamma (chunks / m)^beta),     alpha = .9, beta = 3, gamma = .5
 *
 * m words are aligned greedily: from the last word of the hypothesis to its first, each takes the last free equal word
 * of the reference, first among words, then among the stems of what is left. This is NLTK's alignment, not the one
 * with the fewest crossings. A chunk is a run of words that are aligned in order and side by side in both.
 *
 * Words are lower-cased and cut at white space: tokenize punctuation first. 0 to 1, but identical texts of n words
 * score 1 - .5 / n^3 (one word: .5). A text without words scores 0. Time O(n).
 *
 * Source: Lavie & Agarwal, "METEOR: an automatic metric for MT evaluation with high levels of correlation with human
 * judgments", WMT 2007; NLTK 3.8, `nltk.translate.meteor_score` with a WordNet that knows no synonyms.
 *
 * @throws {RangeError} No references.
 */
export function meteor(hypothesis: string, references: readonly string[]): number {
  checkReferences("METEOR", references);
  const words = meteorWords(hypothesis);
  let best = 0;
  for (const reference of references) best = Math.max(best, singleMeteor(words, meteorWords(reference)));
  return best;
}

/**
 * Mean {@link meteor} of a corpus, 0 to 1.
 *
 * @param references `references[i]` belongs to `hypotheses[i]`; their number may vary. An empty one counts as missing.
 * @throws {RangeError} No hypotheses, another number of reference sets, a set without references.
 */
export function corpusMeteor(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): Score {
  checkCorpus("METEOR", hypotheses, references);
  let sum = 0;
  for (let i = 0; i < hypotheses.length; i++) sum += meteor(hypotheses[i], references[i]);
  return { score: sum / hypotheses.length, signature: meteorSignature(referenceCount(references)) };
}

/** {@link corpusMeteor} to be streamed or resampled. */
export function meteorMetric(): SegmentMetric {
  return meanMetric({ name: "meteor", label: "METEOR", best: 1, score: meteor, signature: meteorSignature });
}

/**
 * Signature of METEOR scores.
 *
 * @param references References a hypothesis.
 */
export function meteorSignature(references: number | "var" = 1): string {
  return `METEOR|nrefs:${references}|case:lc|tok:whitespace|stages:exact,porter|align:greedy-from-end` +
    `|alpha:${alpha}|beta:${beta}|gamma:${gamma}|v1`;
}

const meteorWords = (text: string) => splitWords(text.toLowerCase());

function singleMeteor(hypothesis: readonly string[], reference: readonly string[]): number {
  const alignment = align(hypothesis, reference);
  let m = 0, chunks = 0;
  for (let i = 0; i < alignment.length; i++) {
    if (alignment[i] === unaligned) continue;
    m++;
    if (i === 0 || alignment[i - 1] === unaligned || alignment[i] !== alignment[i - 1] + 1) chunks++;
  }
  if (m === 0) return 0;
  const P = m / hypothesis.length, R = m / reference.length;
  return (1 - gamma * (chunks / m) ** beta) * (P * R / (alpha * P + (1 - alpha) * R));
}

const unaligned = -1;

/** The position in the reference to which each word of the hypothesis is aligned, or {@link unaligned}. */
function align(hypothesis: readonly string[], reference: readonly string[]): Int32Array {
  const alignment = new Int32Array(hypothesis.length).fill(unaligned);
  const taken = new Uint8Array(reference.length);
  for (const form of [(word: string) => word, porterStem]) {
    const free = new Map<string, number[]>(); // ascending positions in the reference
    for (let j = 0; j < reference.length; j++) {
      if (taken[j] === 1) continue;
      const key = form(reference[j]), positions = free.get(key);
      if (positions) positions.push(j);
      else free.set(key, [j]);
    }
    for (let i = hypothesis.length - 1; i >= 0; i--) {
      if (alignment[i] !== unaligned) continue;
      const j = free.get(form(hypothesis[i]))?.pop();
      if (j === undefined) continue;
      alignment[i] = j;
      taken[j] = 1;
    }
  }
  return alignment;
}
