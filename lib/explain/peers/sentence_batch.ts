import type { Random } from "../../random/mod.ts";
import { writerInput } from "../neural/sequences.ts";
import { batchesBySimilarLength } from "../neural/similar_lengths.ts";

/** What a sentence is written for, by ids of the generator. */
export interface PromptIds {
  readonly user: number;
  readonly item: number;
  /** In stars, 1 to 5; any number between. */
  readonly rating: number;
}

/** A sentence and what it was written for. */
export interface SentenceExample extends PromptIds {
  /** Ids of its words, without start and end. */
  readonly words: Int32Array;
}

/** What B sentences are written for. */
export interface PromptBatch {
  /** [B] */
  readonly users: Int32Array;
  /** [B] */
  readonly items: Int32Array;
  /** [B] */
  readonly ratings: Float32Array;
}

/** B sentences, padded to L steps, time-major. */
export interface SentenceBatch extends PromptBatch {
  /** Words of the longest, and the end mark. */
  readonly steps: number;
  /** Word that is read at each step, the start mark first. [L, B] */
  readonly inputs: Int32Array;
  /** Word that follows, the end mark last. [L, B] */
  readonly labels: Int32Array;
  /** 1 where there is a word, else 0. [L, B] */
  readonly weights: Float32Array;
  /** Words of each sentence, the end mark counted. [B] */
  readonly lengths: Int32Array;
  /** Words of all sentences, end marks counted. */
  readonly words: number;
}

export function promptBatch(prompts: readonly PromptIds[]): PromptBatch {
  return {
    users: Int32Array.from(prompts, ({ user }) => user),
    items: Int32Array.from(prompts, ({ item }) => item),
    ratings: Float32Array.from(prompts, ({ rating }) => rating),
  };
}

export function sentenceBatch(examples: readonly SentenceExample[]): SentenceBatch {
  const sentences = examples.map(({ words }) => words);
  const { ids: inputs, L: steps, labels, weights, lengths } = writerInput(sentences, sentences.map(() => 1));
  const words = lengths.reduce((sum, length) => sum + length, 0);
  return { ...promptBatch(examples), ...{ steps, inputs, labels, weights, lengths, words } };
}

/** {@link batchesBySimilarLength} of examples. */
export function* batchesOfSimilarLength(
  examples: readonly SentenceExample[],
  size: number,
  random?: Random,
): Iterable<SentenceBatch> {
  for (const own of batchesBySimilarLength(examples, ({ words }) => words.length, size, random)) {
    yield sentenceBatch(own);
  }
}
