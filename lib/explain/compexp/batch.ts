import type { ExplanationTask } from "../corpus/corpus.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import type { WordIds } from "../corpus/vocabulary.ts";
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
      setDifference(differences, (b * R + j) * differenceCount, rating - stars);
    }
    if (evidence !== undefined) {
      measured.set(evidence.measure(task), b * C * evidenceCount);
    }
  });
  return { B, C, R, slots, candidateMask, referenceMask, differences, evidence: measured };
}

/** Splits a difference between the two whole ones beside it. */
function setDifference(into: Float32Array, start: number, difference: number): void {
  const place = Math.min(WIDEST, Math.max(-WIDEST, difference)) + WIDEST;
  const below = Math.min(Math.floor(place), differenceCount - 2);
  into[start + below] = 1 - (place - below);
  into[start + below + 1] = place - below;
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

/** Sequences side by side, time-major. */
export interface PaddedSequences {
  /** Longest length, at least 1. */
  readonly L: number;
  readonly N: number;
  /** [L, N], 0 after the end. */
  readonly ids: Int32Array;
  /** [N] */
  readonly lengths: Int32Array;
}

export function padSequences(sequences: readonly Int32Array[], backward = false): PaddedSequences {
  const N = sequences.length, L = Math.max(1, ...sequences.map(({ length }) => length));
  const ids = new Int32Array(L * N);
  sequences.forEach((sequence, i) => {
    for (let t = 0; t < sequence.length; t++) {
      ids[t * N + i] = sequence[backward ? sequence.length - 1 - t : t];
    }
  });
  return { L, N, ids, lengths: Int32Array.from(sequences, ({ length }) => length) };
}
