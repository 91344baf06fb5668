import { checkLengths } from "../inputs.ts";
import { sequenceKey, type TokenSequences } from "./sequences.ts";

/**
 * Unique sentence ratio: how many different outputs there are, over how many there are.
 *
 *     USR = #{distinct outputs} / N
 *
 * Range [1/N, 1], higher is better: 1 says no two are equal, 1/N that everyone reads the same. Outputs are equal if all
 * their tokens are; empty outputs equal one another. It falls with N, so compare sets of one size. O(tokens), by hashing.
 *
 * Source: Li, Zhang & Chen, "Generate Neural Template Explanations for Recommendation", CIKM 2020.
 *
 * @throws {RangeError} No outputs.
 */
export function usr(outputs: TokenSequences): number {
  checkLengths("USR", { outputs });
  return new Set(outputs.map(sequenceKey)).size / outputs.length;
}
