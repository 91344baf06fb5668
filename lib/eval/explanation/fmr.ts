import { checkLengths } from "../inputs.ts";
import { containsPhrase, featureWords } from "./features.ts";
import type { TokenSequences } from "./sequences.ts";

/**
 * Feature matching ratio: the share of outputs that contain the feature of their ground truth.
 *
 *     FMR = (1/N) sum_i [f_i in output_i]
 *
 * Range [0, 1], higher is better. A feature is a word, or a phrase whose words must stand next to one another in the
 * output; case and form count. An empty output contains no feature. A model that is given f_i as input can copy it: say
 * so beside the number.
 *
 * Source: Li, Zhang & Chen, "Generate Neural Template Explanations for Recommendation", CIKM 2020.
 *
 * @param outputs N token sequences.
 * @param features The true feature of each output, such as `"breakfast"` or `"front desk"`.
 * @throws {RangeError} No outputs, lengths that differ, a feature without a word.
 */
export function fmr(outputs: TokenSequences, features: readonly string[]): number {
  checkLengths("FMR", { outputs, features });
  let matches = 0;
  outputs.forEach((output, i) => {
    if (containsPhrase(output, featureWords("FMR", `features[${i}]`, features[i]))) matches++;
  });
  return matches / outputs.length;
}
