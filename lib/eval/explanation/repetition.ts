import { checkLengths } from "../inputs.ts";
import { checkOrder, countNgrams, type TokenSequences } from "./sequences.ts";

/**
 * rep/l: the share of tokens that repeat an earlier token of their own output.
 *
 *     rep/l = sum_i (|o_i| - #{distinct tokens of o_i}) / sum_i |o_i|
 *
 * Range [0, 1), lower is better; human text is not at 0, for it repeats "the". Long outputs weigh more, and repeat more.
 * Outputs that are all empty repeat nothing: 0.
 *
 * Source: rep/l of Welleck et al., "Neural Text Generation with Unlikelihood Training", ICLR 2020, with the
 * whole output as the window, over the tokens of the output itself.
 *
 * @throws {RangeError} No outputs.
 */
export function repetition(outputs: TokenSequences): number {
  checkLengths("rep/l", { outputs });
  let repeated = 0, total = 0;
  for (const output of outputs) {
    repeated += output.length - new Set(output).size;
    total += output.length;
  }
  return total === 0 ? 0 : repeated / total;
}

/**
 * seq-rep-n: the share of an output's n-grams that repeat an earlier one.
 *
 *     seq-rep-n = 1 - #{distinct n-grams} / #{n-grams}
 *
 * Range [0, 1), lower is better. An output without an n-gram, shorter than n, repeats nothing: 0.
 *
 * Source: Welleck et al., "Neural Text Generation with Unlikelihood Training", ICLR 2020.
 *
 * @param output One token sequence.
 * @param n Order of the n-grams, from 1 up.
 * @throws {RangeError} An order that is no positive integer.
 */
export function seqRep(output: readonly string[], n = 2): number {
  checkOrder("seq-rep-n", n);
  const { total, distinct } = countNgrams([output], n);
  return total === 0 ? 0 : (total - distinct) / total;
}

/**
 * seq_rep_2: mean of {@link seqRep} with n = 2 over the outputs. Range [0, 1), lower is better.
 *
 * @throws {RangeError} No outputs.
 */
export function seqRep2(outputs: TokenSequences): number {
  checkLengths("seq_rep_2", { outputs });
  return outputs.reduce((sum, output) => sum + seqRep(output, 2), 0) / outputs.length;
}
