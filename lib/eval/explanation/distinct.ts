import { checkLengths } from "../inputs.ts";
import { checkOrder, countNgrams, type TokenSequences } from "./sequences.ts";

/**
 * Distinct-n of a corpus: different n-grams over n-grams, of all outputs together.
 *
 *     distinct-n = #{distinct n-grams} / #{n-grams}
 *
 * Range [0, 1], higher is better. It falls with the size of the corpus, so compare sets of one size. The denominator
 * counts n-grams (Li et al. divide by words, which differs for n > 1 by n - 1 an output). Without any n-gram, as for
 * empty outputs, it is 0: nothing distinct was said.
 *
 * Source: Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models", NAACL 2016.
 *
 * @param n Order of the n-grams, from 1 up.
 * @throws {RangeError} No outputs, an order that is no positive integer.
 */
export function distinctN(outputs: TokenSequences, n: number): number {
  checkLengths("distinct-n", { outputs });
  checkOrder("distinct-n", n);
  const { total, distinct } = countNgrams(outputs, n);
  return total === 0 ? 0 : distinct / total;
}

/**
 * Distinct-n within a sentence, mean over the outputs: it sees repetition inside outputs, not between them.
 *
 * Range [0, 1], higher is better. An output without an n-gram, shorter than n, counts 0. For every other output it is 1
 * minus `seqRep`. Errors as in {@link distinctN}.
 */
export function sentenceDistinctN(outputs: TokenSequences, n: number): number {
  checkLengths("sentence distinct-n", { outputs });
  checkOrder("sentence distinct-n", n);
  let sum = 0;
  for (const output of outputs) {
    const { total, distinct } = countNgrams([output], n);
    if (total > 0) sum += distinct / total;
  }
  return sum / outputs.length;
}
