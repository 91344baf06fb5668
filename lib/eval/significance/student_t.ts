import jStat from "jstat";

/**
 * Two-sided p-value of Student's t: `I_{df/(df + t^2)}(df/2, 1/2)`, the regularised incomplete beta function. Unlike
 * 1 minus the distribution function, it keeps its digits in the tails. Absolute error below 5e-8.
 */
export function studentTwoSidedP(t: number, df: number): number {
  // df / (df + t^2), written so that neither term overflows.
  return Math.min(1, jStat.ibeta(1 / (1 + t * t / df), df / 2, 1 / 2));
}

/** Half-width of the interval of a mean, in standard errors: the quantile of Student's t at (1 + confidence) / 2. */
export function studentMargin(confidence: number, df: number): number {
  return jStat.studentt.inv((1 + confidence) / 2, df);
}
