import { extractionRecall, type IdfBleuOptions, IdfBleuScorer } from "../../eval/mod.ts";
import type { RatedTask } from "./batch.ts";
import type { CompExpModel } from "./model.ts";

/** What a sentence is rewarded by: IDF-BLEU, or BLEU in the same form, where all words weigh the same. */
export type RewardName = "idf-bleu" | "bleu";

/** What a task's sentence is judged by: the review's sentences, and the place of the rating that it must argue for. */
export type RewardTask = Pick<RatedTask, "review" | "targets" | "place">;

/** Rewards of sentences, from 0 up. */
export interface Reward {
  /** Overlap with the review, plus the guide's share of the agreement with the rating. */
  score(words: readonly string[], task: RewardTask): number;
  /** Score of a sentence of the corpus, remembered. */
  scoreOf(sentence: number, task: RewardTask): number;
  /** The share of what an extracted sentence had in common with the review that a rewritten one keeps, 0 to 1. */
  recall(words: readonly string[], extracted: number, task: RewardTask): number;
}

/** @param guidance Weight of the guide's agreement beside the overlap; needs a guide. */
export function createReward(
  { corpus: { sentences, idf }, guide }: Pick<CompExpModel, "corpus" | "guide">,
  name: RewardName,
  { guidance, ...options }: IdfBleuOptions & { readonly guidance: number },
): Reward {
  const weights = name === "idf-bleu" ? idf : new Map<string, number>();
  const scorer = new IdfBleuScorer(weights, name === "bleu" ? { ...options, alpha: 0 } : options);
  const words = (s: number) => sentences[s].words;
  const known = new Map<number, Map<number, number>>();
  const score = (said: readonly string[], { targets, place }: RewardTask) => {
    if (said.length === 0) return 0;
    const agreement = guidance === 0 || guide === undefined ? 0 : guide.agreement(guide.read(said), place);
    return scorer.score(said, targets.map(words)) + guidance * agreement;
  };
  return {
    score,
    scoreOf: (sentence, task) =>
      known.getOrInsertComputed(task.review!, () => new Map())
        .getOrInsertComputed(sentence, () => score(words(sentence), task)),
    recall: (said, extracted, { targets }) =>
      extractionRecall(said, words(extracted), targets.map(words), weights),
  };
}
