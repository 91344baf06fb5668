import type { Random } from "../../random/mod.ts";
import { specialIds } from "../corpus/vocabulary.ts";

/**
 * A model that writes sentences word by word. `State` is what it remembers of the rows of a batch. A state is handed over
 * once, to `step` or to `select`, which may free it; what is left in the end belongs to the scope of the caller.
 */
export interface WordWriter<State> {
  /** Words of the vocabulary. */
  readonly vocabulary: number;
  /** Whether scores are log-probabilities already, from which words are drawn faster. */
  readonly normalized?: boolean;
  /**
   * Reads the last word of each row, and scores the next.
   *
   * @returns The new state, and scores [rows, vocabulary] whose softmax is the distribution of the next word; they may be
   * overwritten by the next call.
   */
  step(state: State, words: Int32Array): Promise<{ state: State; scores: Float32Array }>;
  /** The state of some rows, in this order; a row may be taken more than once. */
  select(state: State, rows: Int32Array): State;
}

export interface DecodeOptions {
  /** Words at most. Default 24. */
  readonly longest?: number;
  /** Words at least. Default 4: fewer explain nothing. */
  readonly shortest?: number;
}

/** Words that are never written: they stand for something else. */
const unwritten = [specialIds.pad, specialIds.sos, specialIds.num, specialIds.unk];

/** Gives words that may not come next, in `rows` rows of scores, the probability 0. */
export function forbidWords(scores: Float32Array, rows: number, vocabulary: number, mayEnd: boolean): void {
  for (let i = 0; i < rows; i++) {
    for (const word of unwritten) scores[i * vocabulary + word] = -Infinity;
    if (!mayEnd) scores[i * vocabulary + specialIds.eos] = -Infinity;
  }
}

/** How the next word of each row is chosen, from scores that may be changed. -> ids of words [rows] */
type Choice = (scores: Float32Array, rows: Int32Array) => Int32Array;

/**
 * Writes a sentence for each row, the most probable word at each step.
 *
 * @param count Rows of the state.
 * @returns Ids of words, without start and end.
 */
export function decodeGreedily<State>(
  writer: WordWriter<State>,
  state: State,
  count: number,
  options: DecodeOptions = {},
): Promise<Int32Array[]> {
  const { vocabulary } = writer;
  return decodeBy(
    writer,
    state,
    count,
    options,
    (scores, rows) => rows.map((_, i) => largest(scores, i * vocabulary, vocabulary)),
  );
}

/**
 * Writes a sentence for each row, each word drawn from its distribution.
 *
 * @param options.top Draws among so many of the most probable words; all if absent.
 * @param options.random Each row draws from its own stream.
 */
export function decodeBySampling<State>(
  writer: WordWriter<State>,
  state: State,
  count: number,
  { random, top, ...options }: DecodeOptions & { readonly random: Random; readonly top?: number },
): Promise<Int32Array[]> {
  const { vocabulary } = writer;
  const streams = Array.from({ length: count }, (_, row) => random.fork(row));
  return decodeBy(
    writer,
    state,
    count,
    options,
    (scores, rows) =>
      rows.map((row, i) => {
        const own = scores.subarray(i * vocabulary, (i + 1) * vocabulary);
        return writer.normalized && top === undefined
          ? drawNormalized(own, streams[row])
          : draw(own, streams[row], top);
      }),
  );
}

async function decodeBy<State>(
  writer: WordWriter<State>,
  state: State,
  count: number,
  { longest = 24, shortest = 4 }: DecodeOptions,
  choose: Choice,
): Promise<Int32Array[]> {
  const { vocabulary } = writer;
  const sentences: number[][] = Array.from({ length: count }, () => []);
  // Rows that are still written; those that ended leave the batch.
  let rows = Int32Array.from({ length: count }, (_, row) => row);
  let words = new Int32Array(count).fill(specialIds.sos);
  for (let length = 0; length < longest && rows.length > 0; length++) {
    const next = await writer.step(state, words);
    forbidWords(next.scores, rows.length, vocabulary, length >= shortest);
    const chosen = choose(next.scores, rows);
    chosen.forEach((word, i) => word !== specialIds.eos && sentences[rows[i]].push(word));
    const going = Int32Array.from(chosen.keys()).filter((i) => chosen[i] !== specialIds.eos);
    if (going.length === 0) break;
    state = going.length === rows.length ? next.state : writer.select(next.state, going);
    rows = going.map((i) => rows[i]);
    words = going.map((i) => chosen[i]);
  }
  return sentences.map((words) => Int32Array.from(words));
}

function largest(scores: Float32Array, start: number, count: number): number {
  let best = start;
  for (let i = start + 1; i < start + count; i++) if (scores[i] > scores[best]) best = i;
  return best - start;
}

/** Draws of which so many fell on forbidden words are given up. */
const MOST_DRAWS = 64;

/**
 * Draws an index from log-probabilities. Those of forbidden words are -Infinity, so the others do not sum to 1: a draw that
 * falls on the rest is repeated. Words stand in the order of their frequency, so few are looked at.
 */
function drawNormalized(logProbabilities: Float32Array, random: Random): number {
  for (let draws = 0; draws < MOST_DRAWS; draws++) {
    let left = random.uniform();
    for (let i = 0; i < logProbabilities.length; i++) {
      left -= Math.exp(logProbabilities[i]);
      if (left < 0) return i;
    }
  }
  return draw(logProbabilities, random);
}

/** Draws an index with a probability that is the softmax of the scores, of the `top` largest alone. */
function draw(scores: Float32Array, random: Random, top?: number): number {
  let least = -Infinity;
  if (top !== undefined && top < scores.length) least = Float32Array.from(scores).sort().at(-top)!;
  let most = -Infinity;
  for (let i = 0; i < scores.length; i++) if (scores[i] > most) most = scores[i];
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = scores[i] < least ? 0 : Math.exp(scores[i] - most);
    sum += scores[i];
  }
  let left = random.uniform() * sum;
  let last = 0;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] === 0) continue;
    last = i;
    left -= scores[i];
    if (left < 0) break;
  }
  return last;
}
