/** One task as words: what an extractor may look at. */
export interface ExtractionInput {
  readonly user: string;
  readonly item: string;
  /** Words of each candidate sentence, at least one sentence. */
  readonly candidates: readonly (readonly string[])[];
  /** Words of each sentence that the user wrote about other items; there may be none. */
  readonly references: readonly (readonly string[])[];
  /** Words of the sentences to be matched: for the oracle alone. */
  readonly targets: readonly (readonly string[])[];
}

/** What extractors are made from. */
export interface ExtractorResources {
  /** Of words, over training sentences. */
  readonly idf: ReadonlyMap<string, number>;
  readonly attributes: ReadonlySet<string>;
  /** Of those that draw. */
  readonly seed: number;
}

/**
 * Scores the candidates of a task, one number each, all finite: higher is better, and the first of the best is extracted.
 */
export type Extractor = (input: ExtractionInput) => number[];

/** The candidate with the largest score; of equals the first. */
export function bestOf(scores: readonly number[]): number {
  return scores.reduce((best, score, i) => score > scores[best] ? i : best, 0);
}
