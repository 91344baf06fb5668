import { specialIds } from "../corpus/vocabulary.ts";

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
  const ids = new Int32Array(L * N).fill(specialIds.pad);
  sequences.forEach((sequence, i) => {
    for (let t = 0; t < sequence.length; t++) {
      ids[t * N + i] = sequence[backward ? sequence.length - 1 - t : t];
    }
  });
  return { L, N, ids, lengths: Int32Array.from(sequences, ({ length }) => length) };
}

/** Sentences to be written, as a writer is taught them. */
export interface WriterInput {
  /** The word before each: `<sos>` first. [L, N] */
  readonly ids: Int32Array;
  /** The word: `<eos>` last. [L, N] */
  readonly labels: Int32Array;
  /** Weight of each word, the sentence's own. [L, N] */
  readonly weights: Float32Array;
  readonly L: number;
  readonly N: number;
  /** Words of each sentence, the end mark counted; 0 of those that are not read. [N] */
  readonly lengths: Int32Array;
}

/**
 * @param weights Weight of each sentence; those of weight 0 are not read.
 */
export function writerInput(sentences: readonly Int32Array[], weights: ArrayLike<number>): WriterInput {
  const before = padSequences(
    sentences.map((words, i) =>
      weights[i] === 0 ? new Int32Array(0) : Int32Array.of(specialIds.sos, ...words)
    ),
  );
  const { L, N, lengths } = before;
  const labels = new Int32Array(L * N).fill(specialIds.pad), each = new Float32Array(L * N);
  for (let i = 0; i < N; i++) {
    for (let t = 0; t < lengths[i]; t++) {
      labels[t * N + i] = t < sentences[i].length ? sentences[i][t] : specialIds.eos;
      each[t * N + i] = weights[i];
    }
  }
  return { ids: before.ids, labels, weights: each, L, N, lengths };
}
