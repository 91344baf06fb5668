import { type BleuOptions, type BleuSettings, bleuSettings, bleuSignature } from "./bleu_options.ts";
import { bleuOfSums, collectedOrders } from "./bleu_of_sums.ts";
import { bleuLine, writeLengths } from "./bleu_statistics.ts";
import { grown, NgramIds } from "./ngram_ids.ts";
import type { Score } from "./score.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * Self-BLEU: the mean sentence BLEU of each output against all the others as its references. High means that a generator
 * says the same of everything: lower is more diverse.
 *
 *     self-BLEU = 1/N sum_i BLEU(o_i, {o_j : j != i})
 *
 * 0 to 100, 0 to 1 in dialect nltk; outputs that are all equal score the most. Takes time linear in the words: of each
 * n-gram the two largest counts are kept, so that the largest count among the *others* is known without a recount.
 *
 * Source: Zhu et al., "Texygen: A Benchmarking Platform for Text Generation Models", SIGIR 2018 (who use dialect
 * `nltk` with `method1`).
 *
 * @param outputs At least two.
 * @param options As those of `sentenceBleu`.
 * @throws {RangeError} Fewer than two outputs, an option that cannot be.
 */
export function selfBleu(outputs: readonly string[], options: BleuOptions = {}): Score {
  if (outputs.length < 2) {
    throw new RangeError(
      `Cannot compute self-BLEU: the number of outputs is ${outputs.length}, expected at least 2`,
    );
  }
  const settings = bleuSettings(options, "sentence");
  const orders = collectedOrders(settings), vocabulary = new Vocabulary(), index = new NgramIndex(orders);
  const texts = outputs.map((output) => vocabulary.encodeLine(bleuLine(output, settings)));
  texts.forEach((text, i) => index.add(text, i));

  const referenceLength = othersLength(outputs, texts.map((text) => text.length), settings);
  const row = new Float64Array(2 * orders + 2);
  let sum = 0;
  texts.forEach((text, i) => {
    row.fill(0);
    index.matchOthers(text, i, row);
    writeLengths(row, settings.dialect, text.length, referenceLength(i));
    sum += bleuOfSums(row, settings).score;
  });
  return {
    score: sum / outputs.length,
    signature: bleuSignature(settings, outputs.length - 1, "self-BLEU"),
  };
}

/** Counts of n-grams over many texts: of each, the largest count in a text, that text, and the largest elsewhere. */
class NgramIndex {
  readonly #orders: number;
  readonly #ids = new NgramIds();
  #first = new Int32Array(1024);
  #owner = new Int32Array(1024);
  #second = new Int32Array(1024);
  /** Count in the text at hand, valid where `#seen` is the number of that pass. */
  #current = new Int32Array(1024);
  #seen = new Int32Array(1024);
  #pass = 0;

  constructor(orders: number) {
    this.#orders = orders;
  }

  add(text: Int32Array, i: number): void {
    this.#count(text);
    this.#forDistinct(text, (id) => {
      const count = this.#current[id];
      if (count > this.#first[id]) {
        this.#second[id] = this.#first[id];
        this.#first[id] = count;
        this.#owner[id] = i;
      } else if (count > this.#second[id]) this.#second[id] = count;
    });
  }

  /** Adds to `matches`, by order, the counts of text i clipped by the largest count in any other text. */
  matchOthers(text: Int32Array, i: number, matches: Float64Array): void {
    this.#count(text);
    this.#forDistinct(text, (id, order) => {
      const most = this.#owner[id] === i ? this.#second[id] : this.#first[id];
      matches[order - 1] += Math.min(this.#current[id], most);
    });
  }

  #count(text: Int32Array): void {
    const number = ++this.#pass;
    this.#walk(text, (id) => {
      if (id === this.#first.length) this.#grow();
      if (this.#seen[id] !== number) {
        this.#seen[id] = number;
        this.#current[id] = 0;
      }
      this.#current[id]++;
    });
  }

  /** Visits each n-gram of the text counted last once: marks what was visited by the number of the next pass. */
  #forDistinct(text: Int32Array, visit: (id: number, order: number) => void): void {
    const number = ++this.#pass;
    this.#walk(text, (id, order) => {
      if (this.#seen[id] === number) return;
      this.#seen[id] = number;
      visit(id, order);
    });
  }

  #walk(text: Int32Array, visit: (id: number, order: number) => void): void {
    for (let i = 0; i < text.length; i++) {
      const end = Math.min(i + this.#orders, text.length);
      for (let j = i, id = NgramIds.root; j < end; j++) {
        id = this.#ids.idOf(id, text[j]);
        visit(id, j - i + 1);
      }
    }
  }

  #grow(): void {
    const length = 2 * this.#first.length;
    this.#first = grown(this.#first, length);
    this.#owner = grown(this.#owner, length);
    this.#second = grown(this.#second, length);
    this.#current = grown(this.#current, length);
    this.#seen = grown(this.#seen, length);
  }
}

/** The length that output i is compared with, of all the others: the closest, or in dialect nmt the shortest. */
function othersLength(
  outputs: readonly string[],
  lengths: readonly number[],
  { dialect }: BleuSettings,
): (i: number) => number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  // Of each length, how many outputs have it; sacreBLEU takes an empty reference for a missing one.
  const having = new Int32Array(longest + 1);
  const counts = (i: number) => dialect !== "sacrebleu" || outputs[i] !== "";
  lengths.forEach((length, i) => having[length] += counts(i) ? 1 : 0);
  return (i) => {
    const own = lengths[i];
    const others = (length: number) =>
      length >= 0 && length <= longest && having[length] > (length === own && counts(i) ? 1 : 0);
    if (dialect === "nmt") {
      for (let length = 0; length <= longest; length++) if (others(length)) return length;
      return 0;
    }
    for (let gap = 0; gap <= longest; gap++) {
      if (others(own - gap)) return own - gap;
      if (others(own + gap)) return own + gap;
    }
    return 0;
  };
}
