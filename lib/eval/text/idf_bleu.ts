import { IdfVocabulary } from "./idf.ts";
import { IdfBleuKernel } from "./idf_bleu_of_ids.ts";
import { type IdfBleuOptions, idfBleuSettings, idfBleuSignature } from "./idf_bleu_options.ts";
import type { Score } from "./score.ts";
import { meanMetric, type SegmentMetric } from "./segment_metric.ts";
import { checkCorpus, checkReferences, checkTokenizer } from "./text_inputs.ts";
import { tokenize, type TokenizerName } from "./tokenizers.ts";

const what = "IDF-BLEU";

/**
 * IDF-BLEU of one text: BLEU where an n-gram weighs as much as the rarest of its words, with a second penalty for
 * output of common words. It rewards saying what is particular, where BLEU rewards what is often said.
 *
 *     num_n = sum_g min(c_h(g), max_r c_r(g)) maxidf(g)     den_n = max(1, sum_g c_h(g) maxidf(g))
 *     IDF-BLEU = BP_idf^alpha BP_len^beta exp(sum_n w_n ln(num_n / den_n))
 *
 * An order without a match counts as num_n = 0.1; without a matching word the score is 0. BP_len = 1 where |h| > |r|,
 * else exp(1 - |r|/|h|); BP_idf is the same of I(t), the idf of the distinct words of t summed and divided by |t|.
 * 0 to 1, higher is better; an empty hypothesis scores 0.
 *
 * Source: Yang et al., "Comparative Explanations of Recommendations", WWW 2022, arXiv 2111.00670; details from the
 * authors' code.
 *
 * @param hypothesis Words.
 * @param references Words of each reference, at least one of them, none empty.
 * @param idf As `inverseDocumentFrequency` makes it; a word that is not there counts as 1.
 * @throws {RangeError} No references, an empty one, an option or idf that cannot be.
 */
export function idfBleu(
  hypothesis: readonly string[],
  references: readonly (readonly string[])[],
  idf: ReadonlyMap<string, number>,
  options: IdfBleuOptions = {},
): number {
  return new IdfBleuScorer(idf, options).score(hypothesis, references);
}

/**
 * Mean {@link idfBleu} over texts: the corpus score, as the paper reports it.
 *
 * @throws {RangeError} As {@link idfBleu}; no hypotheses, another number of sets of references.
 */
export function corpusIdfBleu(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
  idf: ReadonlyMap<string, number>,
  options: IdfBleuOptions = {},
): Score {
  checkCorpus(what, hypotheses, references);
  const scorer = new IdfBleuScorer(idf, options);
  const sum = hypotheses.reduce((sum, hypothesis, i) => sum + scorer.score(hypothesis, references[i]), 0);
  return { score: sum / hypotheses.length, signature: idfBleuSignature(idf, options) };
}

/** {@link corpusIdfBleu} of texts, cut by a tokenizer, to be streamed or resampled. */
export function idfBleuMetric(
  idf: ReadonlyMap<string, number>,
  options: IdfBleuOptions & { readonly tokenize?: TokenizerName; readonly lowercase?: boolean } = {},
): SegmentMetric {
  const { tokenize: tokenizer = "13a", lowercase = false, ...rest } = options;
  checkTokenizer(what, tokenizer);
  const scorer = new IdfBleuScorer(idf, rest), { maxOrder } = idfBleuSettings(rest);
  const words = (line: string) => tokenize(lowercase ? line.toLowerCase() : line, tokenizer);
  return meanMetric({
    name: "idf-bleu",
    label: maxOrder === 4 ? what : `${what}-${maxOrder}`,
    best: 1,
    score: (hypothesis, references) => scorer.score(words(hypothesis), references.map(words)),
    signature: (references) =>
      idfBleuSignature(idf, rest, `${tokenizer}|case:${lowercase ? "lc" : "mixed"}|nrefs:${references}`),
  });
}

/** Scores many texts with one idf and one set of options, faster than {@link idfBleu} one by one. */
export class IdfBleuScorer {
  readonly #kernel: IdfBleuKernel;
  readonly #vocabulary: IdfVocabulary;

  /** @throws {RangeError} An option that cannot be. */
  constructor(idf: ReadonlyMap<string, number>, options: IdfBleuOptions = {}) {
    this.#kernel = new IdfBleuKernel(idfBleuSettings(options));
    this.#vocabulary = new IdfVocabulary(idf);
  }

  /** As {@link idfBleu}. */
  score(hypothesis: readonly string[], references: readonly (readonly string[])[]): number {
    checkReferences(what, references);
    const h = this.#vocabulary.encode(hypothesis);
    const encoded = references.map((reference) => this.#vocabulary.encode(reference));
    // Read last: a word that is new may move the weights.
    return this.#kernel.score(h, encoded, this.#vocabulary.weights);
  }
}
