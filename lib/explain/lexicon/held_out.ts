import type { AnnotatedSentence } from "./annotated_reviews.ts";
import { lexiconOfTagged, type LexiconOptions } from "./build_lexicon.ts";
import { fOf, type LexiconQuality, measureLexicon } from "./measure_lexicon.ts";
import { tagSentence } from "./tagged_sentence.ts";

/** Options that were tuned on annotated reviews, each with the values around its default. */
export const tunedOptions = {
  minimumShare: [0.001, 0.002, 0.003],
  leastJudged: [0.1, 0.15, 0.2],
  leastPredicated: [0, 0.005, 0.01],
} as const;

export interface HeldOutQuality {
  /** Each half with the options chosen on the other, both together. */
  readonly chosen: LexiconQuality;
  /** Each half with the defaults, both together: what the smaller halves alone cost. */
  readonly defaults: LexiconQuality;
  /** What was chosen on each half. */
  readonly options: readonly [LexiconOptions, LexiconOptions];
}

/**
 * Measures the lexicon where its options were not chosen: of all combinations of {@link tunedOptions} those with the best F
 * on one half, for the lexicon of the other half, and the other way round. Lexicons are built from the sentences of the half
 * that they are measured on, whose marks they never see. Nouns and mentions of both halves are counted together.
 *
 * @param halves Sentences of different products.
 */
export function measureHeldOut(
  halves: readonly [readonly AnnotatedSentence[], readonly AnnotatedSentence[]],
): HeldOutQuality {
  const measures = halves.map((sentences) => {
    const tagged = sentences.map(({ words }) => tagSentence(words));
    return (options: LexiconOptions) => measureLexicon(lexiconOfTagged(tagged, options), sentences);
  });
  const grid = combinations();
  const [one, other] = measures.map((measure) => {
    const scores = grid.map((options) => measure(options).f);
    return grid[scores.indexOf(Math.max(...scores))];
  });
  return {
    chosen: pooled([measures[0](other), measures[1](one)]),
    defaults: pooled(measures.map((measure) => measure({}))),
    options: [one, other],
  };
}

function combinations(): LexiconOptions[] {
  return tunedOptions.minimumShare.flatMap((minimumShare) =>
    tunedOptions.leastJudged.flatMap((leastJudged) =>
      tunedOptions.leastPredicated.map((leastPredicated) => ({ minimumShare, leastJudged, leastPredicated }))
    )
  );
}

/** Shares over the nouns and mentions of all. */
function pooled(qualities: readonly LexiconQuality[]): LexiconQuality {
  const sum = (of: (quality: LexiconQuality) => number) =>
    qualities.reduce((total, quality) => total + of(quality), 0);
  const nouns = sum(({ nouns }) => nouns), mentions = sum(({ mentions }) => mentions);
  const precision = nouns === 0 ? 0 : sum(({ nouns, precision }) => nouns * precision) / nouns;
  const recall = mentions === 0 ? 0 : sum(({ mentions, recall }) => mentions * recall) / mentions;
  return {
    ...{ nouns, precision, recall, mentions },
    f: fOf(precision, recall),
    sentences: sum(({ sentences }) => sentences),
  };
}
