import { lcsLength } from "./lcs.ts";
import { ngramOverlaps } from "./ngram_overlap.ts";
import {
  type RougeOptions,
  type RougeScore,
  rougeScore,
  type RougeSettings,
  rougeSettings,
  rougeWords,
} from "./rouge_options.ts";
import { wordNumbers } from "./word_numbers.ts";

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L of a text against one reference.
 *
 *     P = matches / n-grams of the hypothesis      R = matches / n-grams of the reference
 *     F = (1 + beta^2) P R / (R + beta^2 P), by default 2 P R / (P + R)
 *
 * ROUGE-N counts n-grams; ROUGE-L has the longest common subsequence of words for matches, and words for n-grams.
 * Line ends are white space. Texts without words, or with none in common, score 0.
 *
 * Dialect `google` reproduces `rouge_score` 0.1.2 (`RougeScorer`; 0 to 1). Dialect `peter` reproduces `rouge_score`
 * of PETER's utils.py (0 to 100): sets of n-grams, and F of ROUGE-L with beta = P / R, so that
 * F = P R (P^2 + R^2) / (P^3 + R^3). It leaves out three things: the 1e-8 and 1e-12 that the original adds to
 * denominators (at most 5e-7 of 100), the empty words it makes of double blanks, and the failure of the original if a
 * text is empty. Its means over pairs are {@link corpusRouge}'s.
 *
 * Time O(n) for ROUGE-N and at most n m / 32 steps for ROUGE-L.
 *
 * Source: Lin, "ROUGE: a package for automatic evaluation of summaries", 2004; google-research/rouge; Li, Zhang &
 * Chen, "Personalized Transformer for Explainable Recommendation", ACL 2021.
 */
export function rouge(
  hypothesis: string,
  reference: string,
  options?: RougeOptions,
): Record<"rouge1" | "rouge2" | "rougeL", RougeScore> {
  const settings = rougeSettings(options);
  const number = wordNumbers();
  return rougeOfNumbers(
    number(rougeWords(hypothesis, settings)),
    number(rougeWords(reference, settings)),
    settings,
  );
}

/**
 * ROUGE-N of another order: as {@link rouge}, of n-grams of `order` words. Time O(order n).
 *
 * @throws {RangeError} An order that is no integer from 1 up.
 */
export function rougeN(
  hypothesis: string,
  reference: string,
  order: number,
  options?: RougeOptions,
): RougeScore {
  if (!Number.isSafeInteger(order) || order < 1) {
    throw new RangeError(`Cannot compute ROUGE-N: order is ${order}, expected an integer from 1 up`);
  }
  const settings = rougeSettings(options);
  const number = wordNumbers();
  const h = number(rougeWords(hypothesis, settings)), r = number(rougeWords(reference, settings));
  if (order > Math.min(h.length, r.length)) return { precision: 0, recall: 0, f: 0 };
  return ngramScores(h, r, order, settings)[order - 1];
}

/** {@link rouge} of texts that are word numbers already, both by the same. */
export function rougeOfNumbers(
  h: Int32Array,
  r: Int32Array,
  settings: RougeSettings,
): Record<"rouge1" | "rouge2" | "rougeL", RougeScore> {
  const [rouge1, rouge2] = ngramScores(h, r, 2, settings);
  const rougeL = rougeScore(
    { matches: lcsLength(h, r), hypothesis: h.length, reference: r.length },
    settings.beta ?? (settings.dialect === "peter" ? "precision/recall" : 1),
    settings.scale,
  );
  return { rouge1, rouge2, rougeL };
}

function ngramScores(h: Int32Array, r: Int32Array, maxOrder: number, settings: RougeSettings): RougeScore[] {
  const { dialect, beta = 1, scale } = settings;
  return ngramOverlaps(h, r, maxOrder).map(({ occurrences, distinct }) =>
    rougeScore(dialect === "google" ? occurrences : distinct, beta, scale)
  );
}
