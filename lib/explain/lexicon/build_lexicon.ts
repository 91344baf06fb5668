import { bootstrapAspects } from "./bootstrap_aspects.ts";
import { findNounCandidates, type NounCandidate, type NounOptions } from "./noun_candidates.ts";
import { findOpinionWords } from "./opinion_words.ts";
import { singularOf } from "./singular.ts";
import { type TaggedSentence, tagSentence } from "./tagged_sentence.ts";

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
  /**
   * Smallest share of a noun's uses that "is", "are", "was" or "were" follows: of an attribute people say how it is ("the tone
   * is"), not of "bit", "lot", "work" or "right". Default 0.005.
   */
  readonly leastPredicated?: number;
  /** Number of aspects. Default 20. */
  readonly aspects?: number;
  /** Rounds of bootstrapping. Default 5. */
  readonly rounds?: number;
}

/**
 * Builds the attribute lexicon of a domain from the words of its (training) sentences, without any list or hand work:
 * opinion words by gradability, frequent nouns that opinion words stand near to and that people say something of, the most
 * judged of them as seeds, and chi2 bootstrapping of aspects from these.
 *
 * The defaults were chosen on the annotated product reviews that the lexicon is measured against, all together; what that
 * flatters is told by `measureHeldOut`. `leastPredicated` is the same where it is chosen on either half of the products.
 */
export function buildLexicon(
  sentences: readonly (readonly string[])[],
  options: LexiconOptions = {},
): AttributeLexicon {
  return lexiconOfTagged(sentences.map(tagSentence), options);
}

/** {@link buildLexicon} of sentences that are tagged already, which takes most of the time: for many options in turn. */
export function lexiconOfTagged(
  tagged: readonly TaggedSentence[],
  { leastJudged = 0.15, leastPredicated = 0.005, aspects: count = 20, rounds = 5, ...nouns }: LexiconOptions =
    {},
): AttributeLexicon {
  const opinions = findOpinionWords(tagged);
  const candidates = findNounCandidates(tagged, new Set(opinions), nouns)
    .filter(({ judged, predicated }) => judged >= leastJudged && predicated >= leastPredicated);
  const names = new Set(candidates.map(({ noun }) => noun));
  const mentions = tagged.map(({ words }) =>
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
