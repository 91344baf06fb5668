import { specialIds } from "../corpus/vocabulary.ts";
import { type DecodeOptions, forbidWords, type WordWriter } from "./decode.ts";

export interface BeamOptions extends DecodeOptions {
  /** Beginnings of a sentence that are kept at each step. Default 4. */
  readonly width?: number;
  /**
   * Sentences are compared by log P / length^penalty, the end mark counted: 0 prefers short ones, 1 is the mean over the
   * words. Default 1.
   */
  readonly lengthPenalty?: number;
}

/** The beginning of a sentence. */
interface Beginning {
  readonly words: readonly number[];
  /** Sum of the logarithms of the words' probabilities. */
  readonly logP: number;
}

/** What is known of one row: beginnings that go on, and the best sentence that ended. */
interface Beam {
  going: readonly Beginning[];
  best: readonly number[];
  score: number;
}

/**
 * Writes a sentence for each row by beam search: of all continuations by one word, the most probable are kept. A row ends
 * when no beginning can still become better than its best sentence. One that reaches `longest` words ends without a mark.
 *
 * Words that may not come next have the probability 0, and those of the others sum to 1.
 *
 * @param count Rows of the state.
 * @returns Ids of words, without start and end.
 * @throws {RangeError} If the width is no positive integer, or the penalty is negative.
 */
export async function decodeByBeam<State>(
  writer: WordWriter<State>,
  state: State,
  count: number,
  { width = 4, lengthPenalty = 1, longest = 24, shortest = 4 }: BeamOptions = {},
): Promise<Int32Array[]> {
  if (!Number.isSafeInteger(width) || width < 1) {
    throw new RangeError(`Cannot search with beams: width is ${width}, expected a positive integer`);
  }
  if (!(lengthPenalty >= 0)) {
    throw new RangeError(`Cannot search with beams: lengthPenalty is ${lengthPenalty}, expected 0 or more`);
  }
  const { vocabulary } = writer;
  const scoreOf = (logP: number, length: number) => logP / length ** lengthPenalty;
  const beams = Array.from(
    { length: count },
    (): Beam => ({ going: [{ words: [], logP: 0 }], best: [], score: -Infinity }),
  );
  let open = beams;
  let words = new Int32Array(count).fill(specialIds.sos);
  for (let length = 0; length < longest && open.length > 0; length++) {
    const next = await writer.step(state, words);
    forbidWords(next.scores, words.length, vocabulary, length >= shortest);
    const origins: number[] = [];
    let start = 0;
    for (const beam of open) {
      const found: (Beginning & { readonly origin: number; readonly word: number })[] = [];
      for (const [b, { words, logP }] of beam.going.entries()) {
        const scores = next.scores.subarray((start + b) * vocabulary, (start + b + 1) * vocabulary);
        const normalizer = logSumExp(scores);
        // One more than can be kept, since the end mark may be among them.
        for (const word of largest(scores, width + 1)) {
          const to = logP + scores[word] - normalizer;
          if (to > -Infinity) found.push({ words, logP: to, origin: start + b, word });
        }
      }
      start += beam.going.length;
      found.sort((a, b) => b.logP - a.logP || a.origin - b.origin || a.word - b.word);
      const going: Beginning[] = [];
      for (const { words, logP, origin, word } of found) {
        const ends = word === specialIds.eos;
        if (ends || length + 1 === longest) {
          const score = scoreOf(logP, length + 1);
          if (score > beam.score) [beam.best, beam.score] = [ends ? words : [...words, word], score];
        } else if (going.length < width) {
          going.push({ words: [...words, word], logP });
          origins.push(origin);
        }
      }
      // A beginning only loses probability, and gains most by the length that is left.
      const mayImprove = going.some(({ logP }) => scoreOf(logP, longest) > beam.score);
      if (!mayImprove) origins.length -= going.length;
      beam.going = mayImprove ? going : [];
    }
    open = open.filter(({ going }) => going.length > 0);
    if (open.length === 0) break;
    words = Int32Array.from(open.flatMap(({ going }) => going.map(({ words }) => words.at(-1)!)));
    state = writer.select(next.state, Int32Array.from(origins));
  }
  return beams.map(({ best }) => Int32Array.from(best));
}

function logSumExp(scores: Float32Array): number {
  let most = -Infinity, sum = 0;
  for (let i = 0; i < scores.length; i++) if (scores[i] > most) most = scores[i];
  for (let i = 0; i < scores.length; i++) sum += Math.exp(scores[i] - most);
  return most + Math.log(sum);
}

/** Indices of the largest values, at most `count`; of equals the first. */
function largest(values: Float32Array, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (found.length === count && values[i] <= values[found[count - 1]]) continue;
    let place = found.length;
    while (place > 0 && values[found[place - 1]] < values[i]) place--;
    found.splice(place, 0, i);
    if (found.length > count) found.pop();
  }
  return found;
}
