import type { Corpus, ExplanationTask } from "../corpus/corpus.ts";
import { bestOf, type ExtractionInput, type Extractor } from "./extractor.ts";

/** What was extracted for one task. */
export interface Extraction {
  /** Index in the corpus. */
  readonly sentence: number;
  /** One for each candidate, in their order. */
  readonly scores: readonly number[];
}

/** A task as words. */
export function extractionInput(
  { sentences }: Pick<Corpus, "sentences">,
  task: ExplanationTask,
): ExtractionInput {
  const words = (indices: readonly number[]) => indices.map((s) => sentences[s].words);
  return {
    user: task.user,
    item: task.item,
    candidates: words(task.candidates),
    references: words(task.references),
    targets: words(task.targets),
  };
}

/** Extracts a sentence for a task. */
export function extractSentence(
  corpus: Pick<Corpus, "sentences">,
  task: ExplanationTask,
  extractor: Extractor,
): Extraction {
  const scores = extractor(extractionInput(corpus, task));
  return { sentence: task.candidates[bestOf(scores)], scores };
}

/** Rank of one score among all, from 1 up, the largest first; the middle rank of those that tie. */
export function rankAmong(scores: readonly number[], index: number): number {
  const above = scores.filter((score) => score > scores[index]).length;
  const equal = scores.filter((score) => score === scores[index]).length;
  return above + (equal + 1) / 2;
}
