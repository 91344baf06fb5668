import { bootstrapAspects } from "./bootstrap_aspects.ts";
import { findNounCandidates, type NounCandidate, type NounOptions } from "./noun_candidates.ts";
import { findOpinionWords } from "./opinion_words.ts";
import { singularOf } from "./singular.ts";
import { tagSentence } from "./tagged_sentence.ts";

/** What reviews of some domain talk about, and the words they judge it with. */
export interface AttributeLexicon {
  /** Groups of attributes that are named together, each with the nouns in the singular; the seed first. */
  readonly aspects: readonly (readonly string[])[];
  /** Every form of every noun of the aspects: what makes a sentence one that may explain. */
  readonly attributes: readonly string[];
  /** The most frequent first. */
  readonly opinions: readonly string[];
}

export interface LexiconOptions extends NounOptions {
  /** Smallest share of a noun's sentences that judge it. Default 0.15. */
  readonly leastJudged?: number;
  /** Number of aspects. Default 20. */
  readonly aspects?: number;
  /** Rounds of bootstrapping. Default 5. */
  readonly rounds?: number;
}

/**
 * Builds the attribute lexicon of a domain from the words of its (training) sentences, without any list or hand work:
 * opinion words by gradability, frequent nouns that opinion words stand near to, the most judged of them as seeds, and chi2
 * bootstrapping of aspects from these.
 *
 * The defaults were chosen on the annotated product reviews that the lexicon is measured against, all together.
 */
export function buildLexicon(
  sentences: readonly (readonly string[])[],
  { leastJudged = 0.15, aspects: count = 20, rounds = 5, ...nouns }: LexiconOptions = {},
): AttributeLexicon {
  const tagged = sentences.map(tagSentence);
  const opinions = findOpinionWords(tagged);
  const candidates = findNounCandidates(tagged, new Set(opinions), nouns)
    .filter(({ judged }) => judged >= leastJudged);
  const names = new Set(candidates.map(({ noun }) => noun));
  const mentions = sentences.map((words) =>
    [...new Set(words.map(singularOf))].filter((noun) => names.has(noun))
  );
  const aspects = bootstrapAspects(mentions, seedsOf(candidates, count), { rounds });
  const formsOf = new Map(candidates.map(({ noun, forms }) => [noun, forms]));
  return {
    aspects,
    attributes: [...new Set(aspects.flat().flatMap((noun) => formsOf.get(noun)!))].sort(),
    opinions,
  };
}

/** The nouns that were judged most often, each the seed of an aspect. */
function seedsOf(candidates: readonly NounCandidate[], count: number): string[][] {
  const times = ({ judged, sentences }: NounCandidate) => judged * sentences;
  return candidates.toSorted((a, b) => times(b) - times(a) || (a.noun < b.noun ? -1 : 1))
    .slice(0, count).map(({ noun }) => [noun]);
}
