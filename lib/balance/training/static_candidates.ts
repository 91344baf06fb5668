import { createRandom } from "../../random/mod.ts";

/** Exponents of the entropy weighting: 0 is equal weights, 1 makes every task's base-rate loss count alike. */
const EXPONENTS = [0, 0.5, 1, -0.5, 0.25, 0.75] as const;

/**
 * Candidates for static task weights, most plausible first, each with mean 1.
 *
 * First w_t proportional to H_t^-p for some p, with H_t the entropy of the task's positive rate: the scale on which
 * losses of frequent and rare tasks differ. Then weights drawn log-uniformly within a factor of 4 around 1.
 *
 * @param positiveRates The base rate of each task, in (0, 1).
 * @param count How many candidates.
 */
export function staticCandidates(positiveRates: readonly number[], count: number, seed: number): number[][] {
  const entropies = positiveRates.map((rate) => -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate));
  const random = createRandom(seed).fork("static weights");
  return Array.from({ length: count }, (_, i) => {
    const raw = i < EXPONENTS.length
      ? entropies.map((entropy) => entropy ** -EXPONENTS[i])
      : entropies.map(() => 4 ** (2 * random.uniform() - 1));
    const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
    return raw.map((weight) => weight / mean);
  });
}
