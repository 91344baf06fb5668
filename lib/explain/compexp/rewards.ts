import { extractionRecall, type IdfBleuOptions, IdfBleuScorer } from "../../eval/mod.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";

/** What a sentence is rewarded by: IDF-BLEU, or BLEU in the same form, where all words weigh the same. */
export type RewardName = "idf-bleu" | "bleu";

/** Scores sentences against the sentences of a review, 0 to 1. */
export interface Reward {
  score(words: readonly string[], targets: readonly number[]): number;
  /** Score of a sentence of the corpus, remembered. */
  scoreOf(sentence: number, review: number, targets: readonly number[]): number;
  /** The share of what an extracted sentence had in common with the review that a rewritten one keeps. */
  recall(words: readonly string[], extracted: number, targets: readonly number[]): number;
}

export function createReward(
  { sentences, idf }: Pick<StoredCorpus, "sentences" | "idf">,
  name: RewardName,
  options: IdfBleuOptions,
): Reward {
  const weights = name === "idf-bleu" ? idf : new Map<string, number>();
  const scorer = new IdfBleuScorer(weights, name === "bleu" ? { ...options, alpha: 0 } : options);
  const words = (s: number) => sentences[s].words;
  const known = new Map<number, Map<number, number>>();
  const score = (said: readonly string[], targets: readonly number[]) =>
    said.length === 0 ? 0 : scorer.score(said, targets.map(words));
  return {
    score,
    scoreOf: (sentence, review, targets) =>
      known.getOrInsertComputed(review, () => new Map())
        .getOrInsertComputed(sentence, () => score(words(sentence), targets)),
    recall: (said, extracted, targets) =>
      extractionRecall(said, words(extracted), targets.map(words), weights),
  };
}
