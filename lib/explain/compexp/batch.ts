import type { ExplanationTask } from "../corpus/corpus.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import type { WordIds } from "../corpus/vocabulary.ts";
import { splitBetween } from "../neural/split_between.ts";
import { evidenceCount, type SentenceEvidence } from "./evidence.ts";

/** What the model is asked: a task and the rating that the sentence must argue for. */
export interface RatedTask extends ExplanationTask {
  /** In stars. */
  readonly rating: number;
  /** Place of the rating among all that the one who rates gives, 0 to 1: see `placesAmong`. */
  readonly place: number;
}

/** Largest difference of two ratings, in stars: differences run from -4 to 4. */
const WIDEST = 4;
export const differenceCount = 2 * WIDEST + 1;

/** B tasks as arrays, padded to C candidates and R references. */
export interface TaskBatch {
  readonly B: number;
  readonly C: number;
  readonly R: number;
  /** The candidates of all tasks [B C], then the references [B R], as indices in the corpus; -1 where there is none. */
  readonly slots: Int32Array;
  /** 1 where there is a candidate. [B, C] */
  readonly candidateMask: Float32Array;
  /** 1 where there is a reference; a task without any has one of no words and the difference 0. [B, R] */
  readonly referenceMask: Float32Array;
  /** Shares of the whole differences between which each Delta_j = r - r_j lies. [B R, differenceCount] */
  readonly differences: Float32Array;
  /** [B C, evidenceCount] */
  readonly evidence: Float32Array;
}

/**
 * Pads tasks to arrays.
 *
 * @throws {RangeError} If a task has no candidates.
 */
export function taskBatch(
  { reviews, sentences }: Pick<StoredCorpus, "reviews" | "sentences">,
  tasks: readonly RatedTask[],
  evidence: SentenceEvidence | undefined,
): TaskBatch {
  const B = tasks.length;
  const empty = tasks.find(({ candidates }) => candidates.length === 0);
  if (empty !== undefined) {
    throw new RangeError(
      `Cannot explain '${empty.item}' to '${empty.user}': the task has no candidates, expected at least one`,
    );
  }
  const C = Math.max(...tasks.map(({ candidates }) => candidates.length));
  const R = Math.max(1, ...tasks.map(({ references }) => references.length));
  const slots = new Int32Array(B * (C + R)).fill(-1);
  const candidateMask = new Float32Array(B * C), referenceMask = new Float32Array(B * R);
  const differences = new Float32Array(B * R * differenceCount);
  const measured = new Float32Array(B * C * evidenceCount);
  tasks.forEach((task, b) => {
    const { candidates, references, rating } = task;
    slots.set(candidates, b * C);
    slots.set(references, B * C + b * R);
    candidateMask.fill(1, b * C, b * C + candidates.length);
    referenceMask.fill(1, b * R, b * R + Math.max(1, references.length));
    for (let j = 0; j < Math.max(1, references.length); j++) {
      const stars = references.length === 0 ? rating : reviews[sentences[references[j]].review].rating;
      splitBetween(differences, (b * R + j) * differenceCount, differenceCount, rating - stars + WIDEST);
    }
    if (evidence !== undefined) {
      measured.set(evidence.measure(task), b * C * evidenceCount);
    }
  });
  return { B, C, R, slots, candidateMask, referenceMask, differences, evidence: measured };
}

/** Ids of the sentences of a corpus, cut to a length. */
export class SentenceIds {
  readonly #corpus: Pick<StoredCorpus, "sentences">;
  readonly #vocabulary: WordIds;
  readonly #known: Int32Array[] = [];
  readonly longest: number;

  constructor(corpus: Pick<StoredCorpus, "sentences">, vocabulary: WordIds, longest = 24) {
    [this.#corpus, this.#vocabulary, this.longest] = [corpus, vocabulary, longest];
  }

  /** Of a sentence by its index; none for -1. */
  of(sentence: number): Int32Array {
    if (sentence < 0) return new Int32Array(0);
    return this.#known[sentence] ??= this.encode(this.#corpus.sentences[sentence].words);
  }

  encode(words: readonly string[]): Int32Array {
    return this.#vocabulary.encode(words.slice(0, this.longest));
  }
}
