import { checkLengths } from "../inputs.ts";
import { createFeatureFinder } from "./features.ts";
import type { TokenSequences } from "./sequences.ts";

/**
 * Feature diversity: how many features two outputs share, mean over all pairs.
 *
 *     DIV = sum_{i<j} |F_i ∩ F_j| / C(N, 2) = sum_f C(n_f, 2) / C(N, 2)
 *
 * F_i are the features in output i, n_f the number of outputs with feature f: counting by feature makes the sum over
 * pairs linear. Range [0, largest |F_i|], **lower is better**: 0 says that no two outputs share a feature. Empty outputs
 * share nothing, so a silent generator scores 0 as well: read it beside FCR.
 *
 * Source: Li, Zhang & Chen, "Generate Neural Template Explanations for Recommendation", CIKM 2020.
 *
 * @param featureSet All features of the data set, words or phrases; doubles count once.
 * @throws {RangeError} Fewer than two outputs, no features, a feature without a word.
 */
export function div(outputs: TokenSequences, featureSet: Iterable<string>): number {
  checkLengths("DIV", { outputs });
  if (outputs.length === 1) {
    throw new RangeError("Cannot compute DIV: there is 1 output, expected at least 2 to compare");
  }
  const features = createFeatureFinder("DIV", "featureSet", featureSet);
  const counts = new Map<string, number>();
  for (const output of outputs) {
    for (const feature of features.find(output)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  let shared = 0;
  for (const n of counts.values()) shared += pairs(n);
  return shared / pairs(outputs.length);
}

const pairs = (n: number) => n * (n - 1) / 2;
