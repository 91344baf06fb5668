import { checkLengths } from "../inputs.ts";
import type { TokenSequences } from "./sequences.ts";

/**
 * Mean number of tokens of an output, from 0 up: neither high nor low is better; compare it with the references'.
 *
 * @throws {RangeError} No outputs.
 */
export function averageLength(outputs: TokenSequences): number {
  checkLengths("average length", { outputs });
  return outputs.reduce((sum, output) => sum + output.length, 0) / outputs.length;
}

/**
 * Mean idf of a word, over all words of all outputs: how specific the vocabulary is. Higher is more specific.
 *
 *     mean idf = sum_i sum_{w in o_i} idf(w) / sum_i |o_i|
 *
 * With `idf(w) = log10(N / n_w) + 1` it is from 1 up. A word that `idf` does not know counts 1, as in IDF-BLEU. Outputs
 * that are all empty say nothing specific: 0.
 *
 * Source: Yang et al., "Comparative Explanations of Recommendations", WWW 2022.
 *
 * @throws {RangeError} No outputs, an idf that is negative or not finite.
 */
export function meanIdf(outputs: TokenSequences, idf: ReadonlyMap<string, number>): number {
  const what = "mean idf";
  checkLengths(what, { outputs });
  let sum = 0, words = 0;
  for (const output of outputs) {
    for (const word of output) {
      const weight = idf.get(word) ?? 1;
      if (!(weight >= 0 && weight < Infinity)) {
        throw new RangeError(
          `Cannot compute ${what}: the idf of "${word}" is ${weight}, expected a finite number from 0 up`,
        );
      }
      sum += weight;
    }
    words += output.length;
  }
  return words === 0 ? 0 : sum / words;
}
