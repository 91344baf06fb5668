import type { ExplanationTask } from "../corpus/corpus.ts";

/** A task with the rating that its sentence must argue for. */
export interface ExplanationRequest extends ExplanationTask {
  /** The system's rating of the item, on the scale of people's stars. */
  readonly rating: number;
}

/** What an explainer says about one task. */
export interface WrittenExplanation {
  /** As generated, or those of the extracted sentence. */
  readonly words: readonly string[];
  /** Index in the corpus of the extracted sentence, one of the candidates. */
  readonly sentence: number;
}

/** Explains tasks of one corpus, each with at least one candidate and one reference. */
export interface Explainer {
  /** @returns One explanation for each task, in their order. */
  explain(tasks: readonly ExplanationRequest[]): Promise<WrittenExplanation[]>;
}
