import { chiSquare } from "./chi_square.ts";

export interface BootstrapOptions {
  /** Default 5. */
  readonly rounds?: number;
  /** Nouns that an aspect gains a round. Default 4. */
  readonly gain?: number;
  /** Smallest chi2 of a noun that is gained. Default 1e-4. */
  readonly leastChiSquare?: number;
}

/**
 * Grows aspects from seed nouns. In each round every sentence belongs to the aspects most of whose nouns it names (all of
 * those that tie; none if it names none), the dependence of each free noun on each aspect is measured by
 * {@link chiSquare}, and each aspect gains the nouns that most depend on it; a noun goes to one aspect alone.
 *
 * Source: the aspect segmentation of Wang, Lu & Zhai, KDD 2010, Algorithm 1.
 *
 * @param sentences The nouns in each sentence, each once.
 * @param seeds The first nouns of each aspect.
 * @returns The nouns of each aspect, seeds first, in the order of the gain.
 */
export function bootstrapAspects(
  sentences: readonly (readonly string[])[],
  seeds: readonly (readonly string[])[],
  { rounds = 5, gain = 4, leastChiSquare = 1e-4 }: BootstrapOptions = {},
): string[][] {
  const aspects = seeds.map((seed) => [...seed]);
  const aspectOf = new Map(aspects.flatMap((nouns, a) => nouns.map((noun) => [noun, a])));
  const having = new Map<string, number>();
  for (const noun of sentences.flat()) having.set(noun, (having.get(noun) ?? 0) + 1);

  for (let round = 0; round < rounds; round++) {
    const sizes = new Float64Array(aspects.length);
    // together[noun][a] is c1: sentences of aspect a with the noun
    const together = new Map<string, Float64Array>();
    for (const nouns of sentences) {
      for (const a of aspectsOf(nouns, aspectOf, aspects.length)) {
        sizes[a]++;
        for (const noun of nouns) {
          if (aspectOf.has(noun)) continue;
          together.getOrInsertComputed(noun, () => new Float64Array(aspects.length))[a]++;
        }
      }
    }
    const offers = [...together].flatMap(([noun, counts]) => {
      let best = { noun, aspect: -1, chi2: 0 };
      counts.forEach((c1, aspect) => {
        const c2 = having.get(noun)! - c1, c3 = sizes[aspect] - c1, c4 = sentences.length - c1 - c2 - c3;
        // A noun that avoids the aspect depends on it too.
        if (c1 * c4 <= c2 * c3) return;
        const chi2 = chiSquare(c1, c2, c3, c4);
        if (chi2 > best.chi2) best = { noun, aspect, chi2 };
      });
      return best.chi2 >= leastChiSquare ? [best] : [];
    }).sort((x, y) => y.chi2 - x.chi2 || (x.noun < y.noun ? -1 : 1));
    aspects.forEach((nouns, a) => {
      for (const { noun } of offers.filter(({ aspect }) => aspect === a).slice(0, gain)) {
        nouns.push(noun);
        aspectOf.set(noun, a);
      }
    });
  }
  return aspects;
}

/** The aspects that the most of these nouns belong to, in their order. */
function aspectsOf(nouns: readonly string[], aspectOf: ReadonlyMap<string, number>, count: number): number[] {
  let most = 0;
  const votes: number[] = [], chosen: number[] = [];
  for (const noun of nouns) {
    const aspect = aspectOf.get(noun);
    if (aspect !== undefined) most = Math.max(most, votes[aspect] = (votes[aspect] ?? 0) + 1);
  }
  if (most === 0) return chosen;
  for (let a = 0; a < count; a++) if (votes[a] === most) chosen.push(a);
  return chosen;
}
