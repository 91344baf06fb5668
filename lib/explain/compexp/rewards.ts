import { ExtractionRecallOfIds, IdfBleuOfIds, type IdfBleuOptions } from "../../eval/mod.ts";
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
  { corpus, vocabulary, guide }: Pick<CompExpModel, "corpus" | "vocabulary" | "guide">,
  name: RewardName,
  { guidance, ...options }: IdfBleuOptions & { readonly guidance: number },
): Reward {
  const { sentences } = corpus;
  // All words get numbers, also those that the model does not know: it is no match where both are unknown.
  const numbers = new Map<string, number>();
  const numbersOf = (words: readonly string[]) =>
    Int32Array.from(words, (word) => numbers.getOrInsertComputed(word, () => numbers.size));
  const encoded = sentences.map(({ words }) => numbersOf(words));
  numbersOf(vocabulary.words);
  const idf = Float64Array.from(
    numbers.keys(),
    (word) => name === "idf-bleu" ? corpus.idf.get(word) ?? 1 : 1,
  );
  const bleu = new IdfBleuOfIds(idf, name === "bleu" ? { ...options, alpha: 0 } : options);
  const recall = new ExtractionRecallOfIds(idf);
  const agreement = ({ place }: RewardTask, words: readonly string[]) =>
    guidance === 0 || guide === undefined ? 0 : guidance * guide.agreement(guide.read(words), place);
  const overlap = (said: Int32Array, { targets }: RewardTask) =>
    said.length === 0 ? 0 : bleu.score(said, targets.map((s) => encoded[s]));
  const known = new Map<number, Map<number, number>>();
  return {
    score: (words, task) => overlap(numbersOf(words), task) + agreement(task, words),
    scoreOf: (sentence, task) =>
      known.getOrInsertComputed(task.review!, () => new Map()).getOrInsertComputed(
        sentence,
        () => overlap(encoded[sentence], task) + agreement(task, sentences[sentence].words),
      ),
    recall: (words, extracted, { targets }) =>
      recall.score(numbersOf(words), encoded[extracted], targets.map((s) => encoded[s])),
  };
}
