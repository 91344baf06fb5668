import { checkLengths } from "../inputs.ts";
import { createFeatureFinder } from "./features.ts";
import type { TokenSequences } from "./sequences.ts";

/**
 * Feature coverage ratio: how many different features the outputs name, over how many there are.
 *
 *     FCR = #{features in any output} / #{features}
 *
 * Range [0, 1], higher is better. It grows with the number of outputs, so compare sets of one size. A feature may be a
 * phrase; overlapping features all count ("front desk" covers "desk" too). Empty outputs cover nothing.
 *
 * Source: Li, Zhang & Chen, "Generate Neural Template Explanations for Recommendation", CIKM 2020.
 *
 * @param featureSet All features of the data set; doubles count once.
 * @throws {RangeError} No outputs, no features, a feature without a word.
 */
export function fcr(outputs: TokenSequences, featureSet: Iterable<string>): number {
  checkLengths("FCR", { outputs });
  const features = createFeatureFinder("FCR", "featureSet", featureSet);
  const covered = new Set<string>();
  for (const output of outputs) {
    for (const feature of features.find(output)) covered.add(feature);
  }
  return covered.size / features.size;
}
