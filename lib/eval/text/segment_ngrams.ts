import { grown, NgramIds } from "./ngram_ids.ts";

/**
 * The n-grams of one hypothesis with their counts there and in its references; one instance serves segment after
 * segment in the same memory. N-grams are numbered from 0 to `size`, a prefix before what it is the prefix of.
 *
 * Only n-grams of the hypothesis are kept: the clipped counts of BLEU need no others.
 */
export class SegmentNgrams {
  readonly #maxOrder: number;
  readonly #ids = new NgramIds();
  #orders = new Int32Array(128);
  /** c_h(g) */
  #counts = new Int32Array(128);
  /** max_r c_r(g) */
  #most = new Int32Array(128);
  /** Count in the text at hand, valid where `#seen` is its number. */
  #current = new Int32Array(128);
  #seen = new Int32Array(128);
  #texts = 0;

  static readonly #shared = new Map<number, SegmentNgrams>();

  /** One instance an order for all who are done with a segment before they return: a fresh one costs more than it. */
  static shared(maxOrder: number): SegmentNgrams {
    let shared = SegmentNgrams.#shared.get(maxOrder);
    if (!shared) SegmentNgrams.#shared.set(maxOrder, shared = new SegmentNgrams(maxOrder));
    return shared;
  }

  constructor(maxOrder: number) {
    this.#maxOrder = maxOrder;
  }

  get size(): number {
    return this.#ids.size;
  }

  /** Order n of an n-gram. */
  orderOf(id: number): number {
    return this.#orders[id];
  }

  /** How often an n-gram stands in the hypothesis. */
  countOf(id: number): number {
    return this.#counts[id];
  }

  /** min(c_h(g), max_r c_r(g)): how often an n-gram matches. */
  clippedOf(id: number): number {
    return Math.min(this.#counts[id], this.#most[id]);
  }

  prefixOf(id: number): number {
    return this.#ids.prefixOf(id);
  }

  lastWordOf(id: number): number {
    return this.#ids.lastWordOf(id);
  }

  /** Begins a segment: counts the n-grams of the first `length` words of its hypothesis. */
  begin(hypothesis: Int32Array, length = hypothesis.length): void {
    const ids = this.#ids, N = this.#maxOrder;
    ids.clear();
    this.#texts = 0;
    for (let i = 0; i < length; i++) {
      const end = Math.min(i + N, length);
      for (let j = i, prefix = NgramIds.root; j < end; j++) {
        const before = ids.size, id = ids.idOf(prefix, hypothesis[j]);
        if (id === before) this.#add(id, j - i + 1);
        this.#counts[id]++;
        prefix = id;
      }
    }
  }

  /** Counts what the first `length` words of a reference share with the hypothesis: clips by it. */
  addReference(reference: Int32Array, length = reference.length): void {
    this.#tally(reference, length, true);
  }

  /** Counts what any other text shares with the hypothesis, for {@link tallyOf}; clips by nothing. */
  tally(text: Int32Array): void {
    this.#tally(text, text.length, false);
  }

  /** How often an n-gram stands in the text tallied last. */
  tallyOf(id: number): number {
    return this.#seen[id] === this.#texts ? this.#current[id] : 0;
  }

  #tally(text: Int32Array, length: number, clips: boolean): void {
    const ids = this.#ids, N = this.#maxOrder, number = ++this.#texts;
    const most = this.#most, current = this.#current, seen = this.#seen;
    for (let i = 0; i < length; i++) {
      const end = Math.min(i + N, length);
      for (let j = i, prefix = NgramIds.root; j < end; j++) {
        const id = ids.find(prefix, text[j]);
        // What begins with an n-gram that the hypothesis lacks is lacking too.
        if (id < 0) break;
        if (seen[id] !== number) {
          seen[id] = number;
          current[id] = 0;
        }
        const count = ++current[id];
        if (clips && count > most[id]) most[id] = count;
        prefix = id;
      }
    }
  }

  #add(id: number, order: number): void {
    if (id === this.#orders.length) {
      this.#orders = grown(this.#orders, 2 * id);
      this.#counts = grown(this.#counts, 2 * id);
      this.#most = grown(this.#most, 2 * id);
      this.#current = grown(this.#current, 2 * id);
      this.#seen = grown(this.#seen, 2 * id);
    }
    this.#orders[id] = order;
    this.#counts[id] = this.#most[id] = this.#seen[id] = 0;
  }
}
