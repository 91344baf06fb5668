import type { BleuSettings } from "./bleu_options.ts";

interface Counts {
  /** Clipped matches of orders 1 to N; methods 5 and 7 read one order more if it is there. */
  readonly matches: readonly number[];
  readonly totals: readonly number[];
  readonly hypothesisLength: number;
}

/** The least positive normal double: NLTK's stand-in for a precision of 0, whose logarithm is finite. */
const LEAST = 2 ** -1022;

/**
 * Modified precisions, smoothed as NLTK's `SmoothingFunction` does (Chen & Cherry, "A Systematic Comparison of
 * Smoothing Techniques for Sentence-Level BLEU", WMT 2014, techniques 1 to 7; method0 smooths nothing).
 *
 * All totals are at least 1 and matches of order 1 at least 1.
 *
 * @returns One precision for each of `maxOrder` orders, 0 or above.
 */
export function nltkPrecisions(
  counts: Counts,
  { smoothing, smoothingValue = 0, maxOrder }: Pick<
    BleuSettings,
    "smoothing" | "smoothingValue" | "maxOrder"
  >,
): number[] {
  const { matches, totals, hypothesisLength } = counts;
  const m = matches.slice(0, maxOrder);
  const raw = m.map((match, n) => match / totals[n]);
  const unmatched = (p: (n: number, k: number) => number) => {
    let k = 0;
    return raw.map((precision, n) => precision === 0 ? p(n, ++k) : precision);
  };
  const method4 = (K: number) =>
    // A single word has no logarithm to divide by: NLTK leaves 0, whose logarithm would be no number.
    unmatched((n, k) => hypothesisLength > 1 ? Math.log(hypothesisLength) / (2 ** k * K) / totals[n] : 0);
  switch (smoothing) {
    case "method1":
      return unmatched((n) => smoothingValue / totals[n]);
    case "method2":
      return raw.map((precision, n) => n === 0 ? precision : (m[n] + 1) / (totals[n] + 1));
    case "method3":
      return unmatched((n, k) => 1 / (2 ** k * totals[n]));
    case "method4":
      return method4(smoothingValue);
    case "method5":
      return neighbourMean(raw, counts);
    case "method6":
      return interpolated(m, totals, raw, smoothingValue);
    case "method7":
      return neighbourMean(method4(smoothingValue), counts);
    default:
      return raw.map((precision) => precision === 0 ? LEAST : precision);
  }
}

/** m_n = (m_{n-1} + p_n + p_{n+1}) / 3 with m_0 = p_1 + 1: neighbouring orders should match alike. */
function neighbourMean(p: readonly number[], { matches, totals }: Counts): number[] {
  const N = p.length;
  const next = [...p.slice(1), N < matches.length ? matches[N] / totals[N] : 0];
  let before = p[0] + 1;
  return p.map((precision, n) => before = (before + precision + next[n]) / 3);
}

/** p_n = (m_n + alpha pi_n) / (l_n + alpha) for n > 2, with the prior pi_n = p_{n-1}^2 / p_{n-2}. */
function interpolated(
  matches: readonly number[],
  totals: readonly number[],
  raw: readonly number[],
  alpha: number,
): number[] {
  const p = [...raw];
  for (let n = 2; n < p.length; n++) {
    const prior = p[n - 2] === 0 ? 0 : p[n - 1] ** 2 / p[n - 2];
    p[n] = (matches[n] + alpha * prior) / (totals[n] + alpha);
  }
  return p;
}
