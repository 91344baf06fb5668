import { IdfVocabulary } from "./idf.ts";
import type { Score } from "./score.ts";
import { SegmentNgrams } from "./segment_ngrams.ts";
import { meanMetric, type SegmentMetric } from "./segment_metric.ts";
import { checkChoice, checkCorpus, checkOrder, checkReferences, checkTokenizer } from "./text_inputs.ts";
import { tokenize, type TokenizerName } from "./tokenizers.ts";
import { matchFloor, orderWeights, weightedGeometricMean, weightNgrams } from "./weighted_ngrams.ts";

export interface IdfBleuOptions {
  /** Largest n of the n-grams, 1 to 16; default 4. */
  readonly maxOrder?: number;
  /** Weight of each order [maxOrder], numbers from 0 up; default 1/maxOrder each. */
  readonly weights?: readonly number[];
  /** Exponent of the penalty of common words, from 0 up; default 1. */
  readonly alpha?: number;
  /** Exponent of the penalty of short output, from 0 up; default 1. */
  readonly beta?: number;
  /**
   * What the penalties compare the output with: the mean of the references, as the paper's code does, or the closest
   * length and the closest idf among them (the lesser of two). Default "mean", where an exact match of one of several
   * references may score below 1.
   */
  readonly reference?: "mean" | "closest";
}

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

/**
 * Signature of an IDF-BLEU score, such as `IDF-BLEU|words:given|idf:5120-words|order:4|alpha:1|beta:1|ref:mean|v1`.
 *
 * @param words How texts were cut into words; "given" if they came as words.
 */
export function idfBleuSignature(
  idf: ReadonlyMap<string, number>,
  options: IdfBleuOptions = {},
  words = "given",
): string {
  const { maxOrder, weights, alpha, beta, reference } = settings(options);
  return `IDF-BLEU|words:${words}|idf:${idf.size}-words|order:${maxOrder}` +
    `${options.weights ? `[${weights.join(",")}]` : ""}|alpha:${alpha}|beta:${beta}|ref:${reference}|v1`;
}

/** {@link corpusIdfBleu} of texts, cut by a tokenizer, to be streamed or resampled. */
export function idfBleuMetric(
  idf: ReadonlyMap<string, number>,
  options: IdfBleuOptions & { readonly tokenize?: TokenizerName; readonly lowercase?: boolean } = {},
): SegmentMetric {
  const { tokenize: tokenizer = "13a", lowercase = false, ...rest } = options;
  checkTokenizer(what, tokenizer);
  const scorer = new IdfBleuScorer(idf, rest), { maxOrder } = settings(rest);
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
  readonly #settings: ReturnType<typeof settings>;
  readonly #vocabulary: IdfVocabulary;
  readonly #ngrams: SegmentNgrams;
  #last = new Int32Array(64);
  #texts = 0;

  /** @throws {RangeError} An option that cannot be. */
  constructor(idf: ReadonlyMap<string, number>, options: IdfBleuOptions = {}) {
    this.#settings = settings(options);
    this.#vocabulary = new IdfVocabulary(idf);
    this.#ngrams = SegmentNgrams.shared(this.#settings.maxOrder);
  }

  /** As {@link idfBleu}. */
  score(hypothesis: readonly string[], references: readonly (readonly string[])[]): number {
    checkReferences(what, references);
    const empty = references.findIndex((reference) => reference.length === 0);
    if (empty >= 0) {
      throw new RangeError(
        `Cannot compute ${what}: references[${empty}] is empty, expected at least one word`,
      );
    }
    if (hypothesis.length === 0) return 0;

    const { maxOrder, weights, alpha, beta } = this.#settings;
    const h = this.#vocabulary.encode(hypothesis);
    const encoded = references.map((reference) => this.#vocabulary.encode(reference));
    const ngrams = this.#ngrams;
    ngrams.begin(h);
    for (const reference of encoded) ngrams.addReference(reference);

    const numerators = new Float64Array(maxOrder), denominators = new Float64Array(maxOrder);
    const maxidf = weightNgrams(ngrams, this.#vocabulary.weights);
    for (let g = 0; g < ngrams.size; g++) {
      const n = ngrams.orderOf(g) - 1;
      numerators[n] += ngrams.clippedOf(g) * maxidf[g];
      denominators[n] += ngrams.countOf(g) * maxidf[g];
    }
    if (numerators[0] === 0) return 0;
    const precision = weightedGeometricMean(
      numerators.map((numerator, n) => (numerator || matchFloor) / Math.max(1, denominators[n])),
      weights,
    );
    const compared = comparisons[this.#settings.reference];
    const rarity = this.#rarity(h), rarities = encoded.map((r) => this.#rarity(r));
    const brevity = penalty(h.length, compared(encoded.map((r) => r.length), h.length));
    const commonness = penalty(rarity, compared(rarities, rarity));
    return commonness ** alpha * brevity ** beta * precision;
  }

  /** I(t) = sum of the idf of the distinct words of t, over |t|. */
  #rarity(text: Int32Array): number {
    const weights = this.#vocabulary.weights, number = ++this.#texts;
    if (this.#last.length < weights.length) this.#last = new Int32Array(weights.length);
    let sum = 0;
    for (const word of text) {
      if (this.#last[word] === number) continue;
      this.#last[word] = number;
      sum += weights[word];
    }
    return sum / text.length;
  }
}

/** What the references ask for, of length or of rarity. */
const comparisons: Record<"mean" | "closest", (asked: readonly number[], own: number) => number> = {
  mean: (asked) => asked.reduce((sum, value) => sum + value, 0) / asked.length,
  closest: (asked, own) =>
    asked.reduce((best, value) => {
      const gap = Math.abs(value - own) - Math.abs(best - own);
      return gap < 0 || (gap === 0 && value < best) ? value : best;
    }),
};

/** 1 where the output has more than is asked for, exp(1 - asked/own) where it has less or as much. */
function penalty(own: number, asked: number): number {
  return own > asked ? 1 : own === 0 ? 0 : Math.exp(1 - asked / own);
}

function settings({ maxOrder = 4, weights, alpha = 1, beta = 1, reference = "mean" }: IdfBleuOptions) {
  checkOrder(what, "maxOrder", maxOrder);
  checkChoice(what, "reference", reference, ["mean", "closest"]);
  for (const [name, value] of Object.entries({ alpha, beta })) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`Cannot compute ${what}: ${name} is ${value}, expected a finite number from 0 up`);
    }
  }
  return { maxOrder, weights: orderWeights(what, maxOrder, weights), alpha, beta, reference };
}
