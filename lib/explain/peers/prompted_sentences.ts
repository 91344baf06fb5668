import type { Corpus, ExplanationTask } from "../corpus/corpus.ts";
import type { ReviewSplit } from "../corpus/split_reviews.ts";
import type { Prompt, PromptedSentence } from "./generator.ts";

/** The sentences of a split's reviews, each with the rating that its review gave: what generators learn from. */
export function promptedSentences({ reviews, sentences }: Corpus, split: ReviewSplit): PromptedSentence[] {
  return sentences.filter(({ review }) => reviews[review].split === split).map(({ review, words }) => {
    const { user, item, rating } = reviews[review];
    return { user, item, rating, words };
  });
}

/** What tasks ask a generator for. @param ratings That of each task: what its sentence is to explain. */
export function promptsOf(tasks: readonly ExplanationTask[], ratings: readonly number[]): Prompt[] {
  return tasks.map(({ user, item }, t) => ({ user, item, rating: ratings[t] }));
}

/** The target sentences of tasks, as prompted by {@link promptsOf}: what a generator's perplexity is measured on. */
export function promptedTargets(
  { sentences }: Corpus,
  tasks: readonly ExplanationTask[],
  ratings: readonly number[],
): PromptedSentence[] {
  return promptsOf(tasks, ratings).flatMap((prompt, t) =>
    tasks[t].targets.map((s) => ({ ...prompt, words: sentences[s].words }))
  );
}
