import { type BleuOptions, type BleuSettings, bleuSettings } from "./bleu_options.ts";
import { bleuOfSums, collectedOrders } from "./bleu_of_sums.ts";
import { isCompared, writeLengths, writeMatches } from "./bleu_statistics.ts";
import { SegmentNgrams } from "./segment_ngrams.ts";
import { checkReferences } from "./text_inputs.ts";

/**
 * `sentenceBleu` of texts that are word numbers already: the same score, where references are read once for many
 * hypotheses. Options that cut or fold words do nothing here.
 */
export class SentenceBleuOfIds {
  readonly #settings: BleuSettings;
  readonly #ngrams: SegmentNgrams;
  readonly #row: Float64Array;

  /** @throws {RangeError} An option that cannot be. */
  constructor(options: Omit<BleuOptions, "tokenize" | "lowercase"> = {}) {
    this.#settings = bleuSettings(options, "sentence");
    const orders = collectedOrders(this.#settings);
    this.#ngrams = SegmentNgrams.shared(orders);
    this.#row = new Float64Array(2 * orders + 2);
  }

  /**
   * @param hypothesis Any numbers of its words.
   * @param references The same of each reference, at least one.
   * @returns On the scale of the dialect.
   * @throws {RangeError} No references.
   */
  score(hypothesis: Int32Array, references: readonly Int32Array[]): number {
    checkReferences("sentence BLEU", references);
    const { dialect } = this.#settings, ngrams = this.#ngrams, row = this.#row;
    ngrams.begin(hypothesis);
    let length = Infinity;
    for (let r = 0; r < references.length; r++) {
      const words = references[r].length;
      // An empty reference stands for a missing one.
      if (words === 0 && dialect === "sacrebleu") continue;
      ngrams.addReference(references[r]);
      if (isCompared(dialect, words, length, hypothesis.length)) length = words;
    }
    writeMatches(row, ngrams);
    writeLengths(row, dialect, hypothesis.length, length === Infinity ? 0 : length);
    return bleuOfSums(row, this.#settings).score;
  }
}
