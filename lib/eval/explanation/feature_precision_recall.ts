import { checkLengths } from "../inputs.ts";
import { createFeatureFinder } from "./features.ts";
import type { TokenSequences } from "./sequences.ts";

/** Precision, recall and F, each in [0, 1]. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

export interface FeaturePrecisionRecall {
  /** Over the attributes of the whole corpus: every named attribute weighs the same. */
  readonly micro: PrecisionRecall;
  /** Mean over examples: every example for which the number is defined weighs the same. */
  readonly mean: PrecisionRecall;
  /** How many examples each mean is over. */
  readonly examples: PrecisionRecall;
}

/**
 * Feature precision and recall: do outputs name the attributes that their references name?
 *
 * With O the set of attribute words in an output, and R that in any of its references,
 *
 *     precision = |O ∩ R| / |O|,   recall = |O ∩ R| / |R|,   F = 2 |O ∩ R| / (|O| + |R|)
 *
 * `micro` sums the three counts over the corpus first. `mean` averages over examples, leaving an example out of the
 * precision where O is empty, out of the recall where R is, and out of F where both are: `examples` counts the rest. A
 * ratio of nothing is 0. Higher is better. An attribute counts once an example, however often it is said.
 *
 * Source: the feature precision and recall of Yang et al., "Comparative Explanations of Recommendations", WWW 2022; the
 * two ways to average are those of van Rijsbergen, "Information Retrieval", 1979, chapter 7.
 *
 * @param outputs N token sequences.
 * @param references N lists of token sequences; those of one example are judged together.
 * @param attributes Attribute words, or phrases.
 * @throws {RangeError} No outputs, lengths that differ, an output without references, no attributes, an attribute
 *   without a word.
 */
export function featurePrecisionRecall(
  outputs: TokenSequences,
  references: readonly TokenSequences[],
  attributes: Iterable<string>,
): FeaturePrecisionRecall {
  const what = "feature precision and recall";
  checkLengths(what, { outputs, references });
  const finder = createFeatureFinder(what, "attributes", attributes);
  // Counts add up to the micro averages, shares and examples to the means.
  const counts = { named: 0, wanted: 0, hits: 0 };
  const shares = { precision: 0, recall: 0, f: 0 }, examples = { precision: 0, recall: 0, f: 0 };
  outputs.forEach((output, i) => {
    if (references[i].length === 0) {
      throw new RangeError(
        `Cannot compute ${what}: references[${i}] is empty, expected at least one reference`,
      );
    }
    const named = finder.find(output);
    const wanted = new Set(references[i].flatMap((reference) => [...finder.find(reference)]));
    const hits = named.intersection(wanted).size;
    counts.named += named.size;
    counts.wanted += wanted.size;
    counts.hits += hits;
    const ratios = precisionRecall(hits, named.size, wanted.size);
    for (const key of ["precision", "recall", "f"] as const) shares[key] += ratios[key];
    examples.precision += Number(named.size > 0);
    examples.recall += Number(wanted.size > 0);
    examples.f += Number(named.size + wanted.size > 0);
  });
  return {
    micro: precisionRecall(counts.hits, counts.named, counts.wanted),
    mean: {
      precision: ratio(shares.precision, examples.precision),
      recall: ratio(shares.recall, examples.recall),
      f: ratio(shares.f, examples.f),
    },
    examples,
  };
}

const precisionRecall = (hits: number, named: number, wanted: number): PrecisionRecall => ({
  precision: ratio(hits, named),
  recall: ratio(hits, wanted),
  f: ratio(2 * hits, named + wanted),
});

const ratio = (part: number, whole: number) => whole === 0 ? 0 : part / whole;
