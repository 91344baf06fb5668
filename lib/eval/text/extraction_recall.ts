import { IdfVocabulary } from "./idf.ts";
import { checkIds, idfByNumber } from "./idf_bleu_of_ids.ts";
import { SegmentNgrams } from "./segment_ngrams.ts";
import { checkReferences } from "./text_inputs.ts";
import { matchFloor, orderWeights, weightedGeometricMean, weightNgrams } from "./weighted_ngrams.ts";
import type { Numbers } from "../inputs.ts";

export interface ExtractionRecallOptions {
  /** Weight of each order, as many as there are orders; default .7 and .3. */
  readonly weights?: readonly number[];
}

const what = "extraction recall";

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
 * @throws {RangeError} No references, a weight or idf that cannot be.
 */
export function extractionRecall(
  hypothesis: readonly string[],
  extraction: readonly string[],
  references: readonly (readonly string[])[],
  idf: ReadonlyMap<string, number>,
  options: ExtractionRecallOptions = {},
): number {
  checkReferences(what, references);
  const kernel = new RecallKernel(options), vocabulary = new IdfVocabulary(idf);
  const [h, x, ...r] = [hypothesis, extraction, ...references].map((words) => vocabulary.encode(words));
  return kernel.score(h, x, r, vocabulary.weights);
}

/** {@link extractionRecall} of texts that are word numbers already. */
export class ExtractionRecallOfIds {
  readonly #kernel: RecallKernel;
  readonly #idf: Float64Array;

  /**
   * @param idf By word number, V finite numbers from 0 up; of words that the training sentences lack it is 1.
   * @throws {RangeError} An option or idf that cannot be.
   */
  constructor(idf: Numbers, options: ExtractionRecallOptions = {}) {
    this.#kernel = new RecallKernel(options);
    this.#idf = idfByNumber(what, idf);
  }

  /**
   * @param hypothesis Numbers in [0, V) of the words of the refined sentence, without end mark and padding.
   * @param extraction Those of the extracted sentence.
   * @param references Those of each reference, at least one.
   * @throws {RangeError} No references, a number that is no word's.
   */
  score(hypothesis: Int32Array, extraction: Int32Array, references: readonly Int32Array[]): number {
    checkReferences(what, references);
    const words = this.#idf.length;
    checkIds(what, "hypothesis", hypothesis, words);
    checkIds(what, "extraction", extraction, words);
    for (let r = 0; r < references.length; r++) checkIds(what, `references[${r}]`, references[r], words);
    return this.#kernel.score(hypothesis, extraction, references, this.#idf);
  }
}

/** The formula, over word numbers, without new objects. */
class RecallKernel {
  readonly #weights: readonly number[];
  readonly #ngrams: SegmentNgrams;
  readonly #kept: Float64Array;
  readonly #given: Float64Array;

  constructor({ weights = [.7, .3] }: ExtractionRecallOptions) {
    const orders = weights.length;
    this.#weights = orderWeights(what, orders, weights);
    this.#ngrams = SegmentNgrams.shared(orders);
    this.#kept = new Float64Array(orders);
    this.#given = new Float64Array(orders);
  }

  score(h: Int32Array, x: Int32Array, references: readonly Int32Array[], idf: Float64Array): number {
    const ngrams = this.#ngrams, kept = this.#kept.fill(0), given = this.#given.fill(0);
    ngrams.begin(x);
    for (let r = 0; r < references.length; r++) ngrams.addReference(references[r]);
    ngrams.tally(h);
    const maxidf = weightNgrams(ngrams, idf);
    for (let g = 0; g < ngrams.size; g++) {
      const n = ngrams.orderOf(g) - 1, c = ngrams.clippedOf(g);
      kept[n] += Math.min(c, ngrams.tallyOf(g)) * maxidf[g];
      given[n] += c * maxidf[g];
    }
    if (!(kept[0] > 0)) return 0;
    for (let n = 0; n < kept.length; n++) kept[n] = (kept[n] || matchFloor) / Math.max(1, given[n]);
    return weightedGeometricMean(kept, this.#weights);
  }
}
