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
  /** Score of a sentence of the corpus; its overlap with a review is remembered. */
  scoreOf(sentence: number, task: RewardTask): number;
  /** The share of what an extracted sentence had in common with the review that a rewritten one keeps, 0 to 1. */
  recall(words: readonly string[], extracted: number, task: RewardTask): number;
}

/**
 * Makes what rewards sentences. Its `score` and `recall` know the words of the corpus and of the vocabulary, and refuse others:
 * a model writes none.
 *
 * @param guidance Weight of the guide's agreement beside the overlap; 0 for none.
 * @throws {RangeError} If guidance is asked for of a model without a guide.
 */
export function createReward(
  { corpus, vocabulary, guide }: Pick<CompExpModel, "corpus" | "vocabulary" | "guide">,
  name: RewardName,
  { guidance, ...options }: IdfBleuOptions & { readonly guidance: number },
): Reward {
  if (guidance !== 0 && guide === undefined) {
    throw new RangeError(
      `Cannot make a reward: guidance is ${guidance} of a model without a guide, expected 0 or a model with a reader`,
    );
  }
  const { sentences } = corpus;
  // All words get numbers, also those that the model does not know: it is no match where both are unknown.
  const numbers = new Map<string, number>();
  const add = (words: readonly string[]) =>
    Int32Array.from(words, (word) => numbers.getOrInsertComputed(word, () => numbers.size));
  const encoded = sentences.map(({ words }) => add(words));
  add(vocabulary.words);
  const idf = Float64Array.from(
    numbers.keys(),
    (word) => name === "idf-bleu" ? corpus.idf.get(word) ?? 1 : 1,
  );
  const bleu = new IdfBleuOfIds(idf, name === "bleu" ? { ...options, alpha: 0 } : options);
  const recall = new ExtractionRecallOfIds(idf);
  const numbersOf = (words: readonly string[]) => Int32Array.from(words, (word) => numberOf(numbers, word));
  const overlap = (said: Int32Array, { targets }: RewardTask) =>
    said.length === 0 ? 0 : bleu.score(said, targets.map((s) => encoded[s]));
  const agreement = (read: () => number, { place }: RewardTask) =>
    guidance === 0 ? 0 : guidance * guide!.agreement(read(), place);
  const overlaps = new Map<number, Map<number, number>>(), readings = new Map<number, number>();
  return {
    score: (words, task) => overlap(numbersOf(words), task) + agreement(() => guide!.read(words), task),
    scoreOf(sentence, task) {
      const { review } = task, compute = () => overlap(encoded[sentence], task);
      const shared = review === undefined
        ? compute()
        : overlaps.getOrInsertComputed(review, () => new Map()).getOrInsertComputed(sentence, compute);
      const read = () => guide!.read(sentences[sentence].words);
      return shared + agreement(() => readings.getOrInsertComputed(sentence, read), task);
    },
    recall: (words, extracted, { targets }) =>
      recall.score(numbersOf(words), encoded[extracted], targets.map((s) => encoded[s])),
  };
}

function numberOf(numbers: ReadonlyMap<string, number>, word: string): number {
  const number = numbers.get(word);
  if (number !== undefined) return number;
  throw new RangeError(
    `Cannot score a sentence: its word '${word}' is not known, expected words of the corpus or the vocabulary`,
  );
}
