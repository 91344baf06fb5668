import { checkWeights, type Numbers } from "../inputs.ts";
import { type IdfBleuOptions, type IdfBleuSettings, idfBleuSettings } from "./idf_bleu_options.ts";
import { closer } from "./closer.ts";
import { grown } from "./ngram_ids.ts";
import { SegmentNgrams } from "./segment_ngrams.ts";
import { checkReferences } from "./text_inputs.ts";
import { matchFloor, weightedGeometricMean, weightNgrams } from "./weighted_ngrams.ts";

const what = "IDF-BLEU";

/** `idfBleu` of texts that are word numbers already, as a generator has them: the same score without a look at words. */
export class IdfBleuOfIds {
  readonly #kernel: IdfBleuKernel;
  readonly #idf: Float64Array;

  /**
   * @param idf By word number, V finite numbers from 0 up; of words that the training sentences lack it is 1.
   * @throws {RangeError} An option or idf that cannot be.
   */
  constructor(idf: Numbers, options: IdfBleuOptions = {}) {
    this.#kernel = new IdfBleuKernel(idfBleuSettings(options));
    this.#idf = idfByNumber(what, idf);
  }

  /**
   * @param hypothesis Numbers in [0, V) of its words, without end mark and padding.
   * @param references Those of each reference, at least one of them, none empty.
   * @returns 0 to 1.
   * @throws {RangeError} No references, an empty one, a number that is no word's.
   */
  score(hypothesis: Int32Array, references: readonly Int32Array[]): number {
    checkIds(what, "hypothesis", hypothesis, this.#idf.length);
    for (let r = 0; r < references.length; r++) {
      checkIds(what, `references[${r}]`, references[r], this.#idf.length);
    }
    return this.#kernel.score(hypothesis, references, this.#idf);
  }
}

/** The formula, over word numbers. It makes no objects: one serves text after text in the same memory. */
export class IdfBleuKernel {
  readonly #settings: IdfBleuSettings;
  readonly #ngrams: SegmentNgrams;
  readonly #numerators: Float64Array;
  readonly #denominators: Float64Array;
  /** By word: number of the text that it was met in last. */
  #met = new Int32Array(64);
  #texts = 0;

  constructor(settings: IdfBleuSettings) {
    this.#settings = settings;
    this.#ngrams = SegmentNgrams.shared(settings.maxOrder);
    this.#numerators = new Float64Array(settings.maxOrder);
    this.#denominators = new Float64Array(settings.maxOrder);
  }

  /** @param idf By word number. */
  score(h: Int32Array, references: readonly Int32Array[], idf: Float64Array): number {
    checkReferences(what, references);
    for (let r = 0; r < references.length; r++) {
      if (references[r].length === 0) {
        throw new RangeError(
          `Cannot compute ${what}: references[${r}] is empty, expected at least one word`,
        );
      }
    }
    if (h.length === 0) return 0;

    const { maxOrder, weights, alpha, beta } = this.#settings;
    const ngrams = this.#ngrams;
    ngrams.begin(h);
    for (let r = 0; r < references.length; r++) ngrams.addReference(references[r]);
    const maxidf = weightNgrams(ngrams, idf);
    const p = this.#numerators.fill(0), denominators = this.#denominators.fill(0);
    for (let g = 0; g < ngrams.size; g++) {
      const n = ngrams.orderOf(g) - 1;
      p[n] += ngrams.clippedOf(g) * maxidf[g];
      denominators[n] += ngrams.countOf(g) * maxidf[g];
    }
    if (p[0] === 0) return 0;
    for (let n = 0; n < maxOrder; n++) p[n] = (p[n] || matchFloor) / Math.max(1, denominators[n]);
    const precision = weightedGeometricMean(p, weights);

    if (this.#met.length < idf.length) this.#met = grown(this.#met, idf.length);
    const rarity = this.#rarity(h, idf);
    let length = 0, asked = 0;
    for (let r = 0; r < references.length; r++) {
      const words = references[r].length, I = this.#rarity(references[r], idf);
      if (this.#settings.reference === "mean") {
        length += words;
        asked += I;
      } else {
        if (r === 0 || closer(words, length, h.length)) length = words;
        if (r === 0 || closer(I, asked, rarity)) asked = I;
      }
    }
    if (this.#settings.reference === "mean") {
      length /= references.length;
      asked /= references.length;
    }
    return penalty(rarity, asked) ** alpha * penalty(h.length, length) ** beta * precision;
  }

  /** I(t) = sum of the idf of the distinct words of t, over |t|. */
  #rarity(text: Int32Array, idf: Float64Array): number {
    const met = this.#met;
    if (this.#texts === 2 ** 31 - 1) {
      met.fill(0);
      this.#texts = 0;
    }
    const number = ++this.#texts;
    let sum = 0;
    for (let i = 0; i < text.length; i++) {
      const word = text[i];
      if (met[word] === number) continue;
      met[word] = number;
      sum += idf[word];
    }
    return sum / text.length;
  }
}

/** 1 where the output has more than is asked for, exp(1 - asked/own) where it has less or as much. */
function penalty(own: number, asked: number): number {
  return own > asked ? 1 : own === 0 ? 0 : Math.exp(1 - asked / own);
}

/** A checked copy of weights by word number. */
export function idfByNumber(what: string, idf: Numbers): Float64Array {
  checkWeights(what, idf, "idf");
  return Float64Array.from(idf);
}

/** Refuses numbers that are no word's. */
export function checkIds(what: string, name: string, ids: Int32Array, words: number): void {
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0 || ids[i] >= words) {
      throw new RangeError(
        `Cannot compute ${what}: ${name}[${i}] is ${ids[i]}, expected the number of one of ${words} words`,
      );
    }
  }
}
