/**
 * Numbers n-grams of every order densely, from 0. An n-gram is a shorter one, its prefix, and one more word, so each
 * takes two integers, whatever its order; a unigram's prefix is {@link root}. Open addressing; emptied in O(1).
 */
export class NgramIds {
  /** Prefix of unigrams. */
  static readonly root = -1;

  #size = 0;
  /** By slot: the n-gram there; stale unless `#slotOf` of it is this very slot. */
  #slots = new Int32Array(256);
  /** By n-gram. */
  #prefixes = new Int32Array(128);
  #words = new Int32Array(128);
  #slotOf = new Int32Array(128);

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  prefixOf(id: number): number {
    return this.#prefixes[id];
  }

  lastWordOf(id: number): number {
    return this.#words[id];
  }

  /** The number of an n-gram, or -1 if it has none. */
  find(prefix: number, word: number): number {
    const slots = this.#slots, mask = slots.length - 1;
    for (let slot = hash(prefix, word) & mask;; slot = (slot + 1) & mask) {
      const id = slots[slot];
      if (id >= this.#size || this.#slotOf[id] !== slot) return -1;
      if (this.#prefixes[id] === prefix && this.#words[id] === word) return id;
    }
  }

  /** The number of an n-gram, a new one if it has none. */
  idOf(prefix: number, word: number): number {
    const slots = this.#slots, mask = slots.length - 1;
    let slot = hash(prefix, word) & mask;
    for (;; slot = (slot + 1) & mask) {
      const id = slots[slot];
      if (id >= this.#size || this.#slotOf[id] !== slot) break;
      if (this.#prefixes[id] === prefix && this.#words[id] === word) return id;
    }
    if (this.#size === this.#words.length) {
      this.#grow();
      return this.idOf(prefix, word);
    }
    const id = this.#size++;
    slots[slot] = id;
    this.#slotOf[id] = slot;
    this.#prefixes[id] = prefix;
    this.#words[id] = word;
    return id;
  }

  /** Doubles the memory; at most half of the slots are ever taken. */
  #grow(): void {
    const capacity = 2 * this.#words.length, slots = new Int32Array(2 * capacity), mask = slots.length - 1;
    this.#prefixes = grown(this.#prefixes, capacity);
    this.#words = grown(this.#words, capacity);
    this.#slotOf = grown(this.#slotOf, capacity);
    const taken = new Uint8Array(slots.length);
    for (let id = 0; id < this.#size; id++) {
      let slot = hash(this.#prefixes[id], this.#words[id]) & mask;
      while (taken[slot]) slot = (slot + 1) & mask;
      taken[slot] = 1;
      slots[slot] = id;
      this.#slotOf[id] = slot;
    }
    this.#slots = slots;
  }
}

/** A longer copy of an array, zeros behind it. */
export function grown<T extends Int32Array | Uint16Array | Float64Array>(array: T, length: number): T {
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
