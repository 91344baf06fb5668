/**
 * Dependence of a word and an aspect over sentences:
 *
 *     chi2 = (c1 c4 - c2 c3)^2 / ((c1 + c3) (c2 + c4) (c1 + c2) (c3 + c4))
 *
 * c1 sentences of the aspect have the word, c2 others have it, c3 of the aspect lack it, c4 others lack it. Range [0, 1]: the
 * statistic of Pearson over the number of sentences. 0 where a margin is empty.
 *
 * Source: Wang, Lu & Zhai, "Latent Aspect Rating Analysis on Review Text Data", KDD 2010, as in the released code of
 * Yang et al., "Comparative Explanations of Recommendations", WWW 2022 (without the factor N).
 */
export function chiSquare(c1: number, c2: number, c3: number, c4: number): number {
  const margins = (c1 + c3) * (c2 + c4) * (c1 + c2) * (c3 + c4);
  return margins === 0 ? 0 : (c1 * c4 - c2 * c3) ** 2 / margins;
}
