import type { BleuSettings } from "./bleu_options.ts";
import { nltkPrecisions } from "./nltk_smoothing.ts";

/** A BLEU score and what it is made of. */
export interface BleuParts {
  readonly score: number;
  /** Smoothed precision of each order, on the scale of the score. */
  readonly precisions: readonly number[];
  /** 0 to 1. */
  readonly brevityPenalty: number;
  /** Clipped n-gram matches of each order. */
  readonly matches: readonly number[];
  /** n-grams of each order in the hypotheses. */
  readonly totals: readonly number[];
  /** In words. */
  readonly hypothesisLength: number;
  /** Of the references that each dialect compares with, in words. */
  readonly referenceLength: number;
}

/**
 * Orders to collect for a score of `maxOrder`: NLTK's methods 5 and 7 look one order ahead.
 */
export function collectedOrders({ maxOrder, smoothing }: BleuSettings): number {
  return smoothing === "method5" || smoothing === "method7" ? maxOrder + 1 : maxOrder;
}

/**
 * BLEU of summed statistics; the score is a function of sums over segments and of nothing else.
 *
 *     BLEU = BP exp(sum_n ln(p_n) / N),   p_n = matches_n / totals_n
 *
 * @param sums With C = {@link collectedOrders}: C matches, C totals, hypothesis length, reference length.
 */
export function bleuOfSums(sums: ArrayLike<number>, settings: BleuSettings): BleuParts {
  const C = collectedOrders(settings), N = settings.maxOrder;
  const matches = Array.from({ length: C }, (_, n) => sums[n]);
  const totals = Array.from({ length: C }, (_, n) => sums[C + n]);
  const h = sums[2 * C], r = sums[2 * C + 1];
  return {
    ...formulas[settings.dialect](matches, totals, h, r, settings),
    matches: matches.slice(0, N),
    totals: totals.slice(0, N),
    hypothesisLength: h,
    referenceLength: r,
  };
}

type Formula = (
  matches: readonly number[],
  totals: readonly number[],
  h: number,
  r: number,
  settings: BleuSettings,
) => Pick<BleuParts, "score" | "precisions" | "brevityPenalty">;

const formulas: Record<BleuSettings["dialect"], Formula> = {
  sacrebleu(matches, totals, h, r, { maxOrder, smoothing, smoothingValue = 0, effectiveOrder }) {
    const brevityPenalty = h >= r ? 1 : brevity(h, r);
    const precisions = new Array<number>(maxOrder).fill(0);
    // Without any match smoothing would make a score of nothing.
    if (matches.every((count) => count === 0)) return { score: 0, precisions, brevityPenalty };
    let order = maxOrder, halving = 1;
    for (let n = 0; n < maxOrder; n++) {
      const more = smoothing === "add-k" && n > 0 ? smoothingValue : 0;
      const match = matches[n] + more, total = totals[n] + more;
      if (total === 0) break;
      if (effectiveOrder) order = n + 1;
      if (match > 0) precisions[n] = 100 * match / total;
      else if (smoothing === "exp") precisions[n] = 100 / ((halving *= 2) * total);
      else if (smoothing === "floor") precisions[n] = 100 * smoothingValue / total;
    }
    const score = brevityPenalty * geometricMean(precisions.slice(0, order), 100);
    return { score, precisions, brevityPenalty };
  },
  nltk(matches, totals, h, r, settings) {
    const brevityPenalty = h > r ? 1 : brevity(h, r);
    const precisions = matches[0] === 0
      ? new Array<number>(settings.maxOrder).fill(0)
      : nltkPrecisions({ matches, totals, hypothesisLength: h }, settings);
    return { score: brevityPenalty * geometricMean(precisions, 1), precisions, brevityPenalty };
  },
  nmt(matches, totals, h, r) {
    const brevityPenalty = h > r ? 1 : brevity(h, r);
    const precisions = matches.map((count, n) => totals[n] > 0 ? 100 * count / totals[n] : 0);
    return { score: brevityPenalty * geometricMean(precisions, 100), precisions, brevityPenalty };
  },
};

/** exp(1 - r/h); 0 for an empty hypothesis. */
function brevity(h: number, r: number): number {
  return h === 0 ? 0 : Math.exp(1 - r / h);
}

/**
 * exp of the mean logarithm: 0 if any value is 0. Of values over `best`, so that no rounding lifts a score above it.
 */
function geometricMean(values: readonly number[], best: number): number {
  return best * Math.exp(values.reduce((sum, p) => sum + Math.log(p / best), 0) / values.length);
}
