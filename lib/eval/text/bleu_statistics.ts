import { closer } from "./closer.ts";
import { collectedOrders } from "./bleu_of_sums.ts";
import type { BleuDialect, BleuSettings } from "./bleu_options.ts";
import { presentReferences, ReferenceCount } from "./present_references.ts";
import { SegmentNgrams } from "./segment_ngrams.ts";
import { SegmentWords } from "./segment_words.ts";
import { spaced } from "./tokenizers.ts";

/** Collects the statistics of BLEU, segment after segment, in memory that grows with the longest segment alone. */
export class BleuCollector {
  readonly settings: BleuSettings;
  /** Statistics of a segment: matches and totals of each order collected, length of hypothesis and reference. */
  readonly columns: number;
  readonly #ngrams: SegmentNgrams;
  readonly #references = new ReferenceCount();

  constructor(settings: BleuSettings) {
    this.settings = settings;
    const orders = collectedOrders(settings);
    this.columns = 2 * orders + 2;
    this.#ngrams = SegmentNgrams.shared(orders);
  }

  /** References of a segment; "var" if their number differed between segments. */
  get references(): number | "var" {
    return this.#references.value;
  }

  /** Writes the statistics of one segment into `row` [columns]. */
  readonly collect = (hypothesis: string, references: readonly string[], row: Float64Array): void => {
    const { dialect } = this.settings;
    const given = dialect === "sacrebleu" ? presentReferences(references) : references;
    this.#references.add(given.length);

    const ngrams = this.#ngrams, words = SegmentWords.shared;
    const h = words.begin(bleuLine(hypothesis, this.settings));
    ngrams.begin(words.words, h);
    let length = Infinity;
    for (const reference of given) {
      const r = words.read(bleuLine(reference, this.settings));
      ngrams.addReference(words.words, r);
      if (isCompared(dialect, r, length, h)) length = r;
    }
    writeMatches(row, ngrams);
    writeLengths(row, dialect, h, length);
  };
}

/** Writes the matches of each order, and 0 elsewhere. */
export function writeMatches(row: Float64Array, ngrams: SegmentNgrams): void {
  row.fill(0);
  for (let id = 0; id < ngrams.size; id++) row[ngrams.orderOf(id) - 1] += ngrams.clippedOf(id);
}

/** A line with white space between its words as BLEU's settings have it cut. */
export function bleuLine(line: string, settings: Pick<BleuSettings, "lowercase" | "tokenize">): string {
  return spaced(settings.lowercase ? line.toLowerCase() : line, settings.tokenize);
}

/** Writes what of a segment's statistics follows from lengths alone: totals of each order, and the lengths. */
export function writeLengths(row: Float64Array, dialect: BleuDialect, h: number, r: number): void {
  const orders = row.length / 2 - 1;
  for (let n = 1; n <= orders; n++) {
    // NLTK counts one n-gram where a hypothesis is too short to have any.
    row[orders + n - 1] = Math.max(dialect === "nltk" ? 1 : 0, h - n + 1);
  }
  row[2 * orders] = h;
  row[2 * orders + 1] = r;
}

/**
 * Whether a dialect compares a hypothesis of h words with a reference of a words rather than one of b: it is closer, and
 * of two that are as close the shorter; or just shorter, in dialect nmt.
 */
export function isCompared(dialect: BleuDialect, a: number, b: number, h: number): boolean {
  return dialect === "nmt" ? a < b : closer(a, b, h);
}
