/**
 * Numbers n-grams of every order densely, from 0. An n-gram is a shorter one, its prefix, and one more word, so each
 * takes two integers, whatever its order; a unigram's prefix is {@link root}. Open addressing; emptied in O(1).
 */
export class NgramIds {
  /** Prefix of unigrams. */
  static readonly root = -1;

  #size = 0;
  /** Number of the filling since the start: slots of an earlier one are free. */
  #filling = 1;
  /** By slot: filling, prefix, word, n-gram; side by side, since a look-up reads all four. */
  #slots = new Int32Array(4 * 256);
  /** By n-gram. */
  #prefixes = new Int32Array(128);
  #words = new Int32Array(128);

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
    if (this.#filling === 2 ** 31 - 1) {
      this.#slots.fill(0);
      this.#filling = 0;
    }
    this.#filling++;
  }

  prefixOf(id: number): number {
    return this.#prefixes[id];
  }

  lastWordOf(id: number): number {
    return this.#words[id];
  }

  /** The number of an n-gram, or -1 if it has none. */
  find(prefix: number, word: number): number {
    const slots = this.#slots, at = place(slots, this.#filling, prefix, word);
    return slots[at] === this.#filling ? slots[at + 3] : -1;
  }

  /** The number of an n-gram, a new one if it has none. */
  idOf(prefix: number, word: number): number {
    const slots = this.#slots, at = place(slots, this.#filling, prefix, word);
    if (slots[at] === this.#filling) return slots[at + 3];
    const id = this.#size++;
    this.#prefixes[id] = prefix;
    this.#words[id] = word;
    fillSlot(slots, at, this.#filling, prefix, word, id);
    if (this.#size === this.#words.length) this.#grow();
    return id;
  }

  /** Doubles the memory; at most half of the slots are ever taken. */
  #grow(): void {
    const capacity = 2 * this.#words.length, slots = new Int32Array(4 * 2 * capacity);
    this.#prefixes = grown(this.#prefixes, capacity);
    this.#words = grown(this.#words, capacity);
    for (let id = 0; id < this.#size; id++) {
      const prefix = this.#prefixes[id], word = this.#words[id];
      fillSlot(slots, place(slots, this.#filling, prefix, word), this.#filling, prefix, word, id);
    }
    this.#slots = slots;
  }
}

/** Where in `slots` an n-gram stands, or the free slot where it would. */
function place(slots: Int32Array, filling: number, prefix: number, word: number): number {
  const last = slots.length - 4;
  let at = (hash(prefix, word) << 2) & last;
  while (slots[at] === filling && (slots[at + 1] !== prefix || slots[at + 2] !== word)) at = (at + 4) & last;
  return at;
}

function fillSlot(
  slots: Int32Array,
  at: number,
  filling: number,
  prefix: number,
  word: number,
  id: number,
): void {
  slots[at] = filling;
  slots[at + 1] = prefix;
  slots[at + 2] = word;
  slots[at + 3] = id;
}

/** A longer copy of an array, zeros behind it. */
export function grown<T extends Int32Array | Uint16Array | Uint32Array | Float64Array>(
  array: T,
  length: number,
): T {
  const longer = new (array.constructor as new (length: number) => T)(length);
  longer.set(array);
  return longer;
}

/** Two rounds of multiply and fold: prefixes and words are small, and neighbours in both. */
function hash(prefix: number, word: number): number {
  let h = Math.imul(prefix + 1, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return h ^ (h >>> 13);
}
