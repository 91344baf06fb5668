import type { Random } from "../../random/mod.ts";
import { specialIds } from "../corpus/vocabulary.ts";

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
  const B = examples.length;
  const lengths = Int32Array.from(examples, ({ words }) => words.length + 1);
  const L = lengths.reduce((most, length) => Math.max(most, length), 0);
  const inputs = new Int32Array(L * B).fill(specialIds.pad), labels = inputs.slice();
  const weights = new Float32Array(L * B);
  for (const [b, { words }] of examples.entries()) {
    for (let t = 0; t <= words.length; t++) {
      inputs[t * B + b] = t === 0 ? specialIds.sos : words[t - 1];
      labels[t * B + b] = t === words.length ? specialIds.eos : words[t];
      weights[t * B + b] = 1;
    }
  }
  const words = lengths.reduce((sum, length) => sum + length, 0);
  return { ...promptBatch(examples), steps: L, inputs, labels, weights, lengths, words };
}

/**
 * Batches of examples of similar length, so that little is padded. With `random` they are drawn anew: which examples of
 * one length go together, and the order of the batches.
 */
export function* batchesOfSimilarLength(
  examples: readonly SentenceExample[],
  size: number,
  random?: Random,
): Iterable<SentenceBatch> {
  const order = random ? random.shuffle([...examples]) : [...examples];
  order.sort((a, b) => a.words.length - b.words.length);
  const starts = Array.from({ length: Math.ceil(order.length / size) }, (_, i) => i * size);
  random?.shuffle(starts);
  for (const start of starts) yield sentenceBatch(order.slice(start, start + size));
}
