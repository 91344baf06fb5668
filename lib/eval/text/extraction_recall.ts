import { IdfVocabulary } from "./idf.ts";
import { SegmentNgrams } from "./segment_ngrams.ts";
import { checkReferences } from "./text_inputs.ts";
import { matchFloor, orderWeights, weightedGeometricMean, weightNgrams } from "./weighted_ngrams.ts";

/**
 * Extraction recall: how much of what an extracted sentence got right survives its refinement.
 *
 *     c(g) = min(c_x(g), max_r c_r(g))          what extraction x shares with the references
 *     recall_n = sum_g min(c(g), c_h(g)) maxidf(g) / max(1, sum_g c(g) maxidf(g))
 *     recall = exp(sum_n w_n ln recall_n)
 *
 * An order in which nothing survives counts as 0.1 in the numerator; if no word survives, or there was nothing to keep,
 * recall is 0. 0 to 1, higher is better. It is the refiner's second reward: refining must not undo a good extraction.
 *
 * Source: Yang et al., "Comparative Explanations of Recommendations", WWW 2022; the form is that of the authors' code.
 *
 * @param hypothesis Words of the refined sentence.
 * @param extraction Words of the extracted sentence.
 * @param references Words of each reference, at least one.
 * @param idf As `inverseDocumentFrequency` makes it; a word that is not there counts as 1.
 * @param options.weights Weight of each order, as many as there are orders; default .7 and .3.
 * @throws {RangeError} No references, a weight or idf that cannot be.
 */
export function extractionRecall(
  hypothesis: readonly string[],
  extraction: readonly string[],
  references: readonly (readonly string[])[],
  idf: ReadonlyMap<string, number>,
  { weights = [.7, .3] }: { weights?: readonly number[] } = {},
): number {
  const what = "extraction recall";
  checkReferences(what, references);
  const orders = weights.length;
  orderWeights(what, orders, weights);
  const vocabulary = new IdfVocabulary(idf), ngrams = SegmentNgrams.shared(orders);
  ngrams.begin(vocabulary.encode(extraction));
  for (const reference of references) ngrams.addReference(vocabulary.encode(reference));
  ngrams.tally(vocabulary.encode(hypothesis));

  const kept = new Float64Array(orders), given = new Float64Array(orders);
  const maxidf = weightNgrams(ngrams, vocabulary.weights);
  for (let g = 0; g < ngrams.size; g++) {
    const n = ngrams.orderOf(g) - 1, c = ngrams.clippedOf(g);
    kept[n] += Math.min(c, ngrams.tallyOf(g)) * maxidf[g];
    given[n] += c * maxidf[g];
  }
  if (!(kept[0] > 0)) return 0;
  return weightedGeometricMean(kept.map((kept, n) => (kept || matchFloor) / Math.max(1, given[n])), weights);
}
