import type { AnnotatedSentence } from "./annotated_reviews.ts";
import type { AttributeLexicon } from "./build_lexicon.ts";
import { singularOf } from "./singular.ts";

/** How a lexicon compares with what people marked. */
export interface LexiconQuality {
  /** Nouns of the lexicon. */
  readonly nouns: number;
  /** Share of the nouns that are a word of a feature that people marked. */
  readonly precision: number;
  /** Share of the marked features, each as often as it was marked, of which a word is in the lexicon. */
  readonly recall: number;
  readonly f: number;
  /** Features that people marked, counted as often as they were. */
  readonly mentions: number;
  readonly sentences: number;
}

/**
 * Measures a lexicon against annotated reviews. Words are compared in the singular; of a phrase ("battery life") one word
 * will do, since the lexicon holds single words.
 */
export function measureLexicon(
  { aspects }: Pick<AttributeLexicon, "aspects">,
  sentences: readonly AnnotatedSentence[],
): LexiconQuality {
  const nouns = new Set(aspects.flat());
  const features = sentences.flatMap(({ features }) => features.map((words) => words.map(singularOf)));
  const marked = new Set(features.flat());
  const precision = share([...nouns].map((noun) => marked.has(noun)));
  const recall = share(features.map((words) => words.some((word) => nouns.has(word))));
  return {
    nouns: nouns.size,
    precision,
    recall,
    f: fOf(precision, recall),
    mentions: features.length,
    sentences: sentences.length,
  };
}

/** The harmonic mean of precision and recall; 0 where both are. */
export const fOf = (precision: number, recall: number) =>
  precision + recall === 0 ? 0 : 2 * precision * recall / (precision + recall);

const share = (hits: readonly boolean[]) =>
  hits.length === 0 ? 0 : hits.filter((hit) => hit).length / hits.length;
