import { grown } from "./ngram_ids.ts";
import { isWhiteSpace } from "./tokenizers.ts";

/**
 * Numbers words densely, from 0, in the order in which they are first seen. Words are hashed and compared where they
 * stand in their line: cutting each out as a string and looking it up in a Map would take several times as long.
 */
export class Vocabulary {
  #size = 0;
  /** By slot: 1 + the word there, 0 for none. At most half of the slots are taken. */
  #slots = new Int32Array(256);
  /** By word: its hash, and where its characters begin in the pool; they end where the next word's begin. */
  #hashes = new Int32Array(128);
  #starts = new Int32Array(129);
  #pool = new Uint16Array(1024);
  /** Words of the line at hand. */
  #line = new Int32Array(64);

  get size(): number {
    return this.#size;
  }

  /** Numbers of the words of a line, cut at white space as `splitWords` cuts it. */
  encodeLine(line: string): Int32Array {
    let count = 0;
    for (let at = 0; at < line.length;) {
      while (at < line.length && isWhiteSpace(line.charCodeAt(at))) at++;
      const start = at;
      let hash = 0, code = 0;
      while (at < line.length && !isWhiteSpace(code = line.charCodeAt(at))) {
        hash = Math.imul(hash ^ code, 0x01000193);
        at++;
      }
      if (at === start) break;
      if (count === this.#line.length) this.#line = grown(this.#line, 2 * count);
      this.#line[count++] = this.#idOf(line, start, at, mixed(hash));
    }
    return this.#line.slice(0, count);
  }

  /** Numbers of words. */
  encode(words: readonly string[]): Int32Array {
    const ids = new Int32Array(words.length);
    for (let i = 0; i < ids.length; i++) {
      const word = words[i];
      let hash = 0;
      for (let k = 0; k < word.length; k++) hash = Math.imul(hash ^ word.charCodeAt(k), 0x01000193);
      ids[i] = this.#idOf(word, 0, word.length, mixed(hash));
    }
    return ids;
  }

  #idOf(text: string, start: number, end: number, hash: number): number {
    const slots = this.#slots, mask = slots.length - 1;
    let slot = hash & mask;
    for (let entry = slots[slot]; entry > 0; entry = slots[slot = (slot + 1) & mask]) {
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, text, start, end)) return entry - 1;
    }
    const id = this.#size++, first = this.#starts[id], length = end - start;
    slots[slot] = id + 1;
    this.#hashes[id] = hash;
    while (first + length > this.#pool.length) this.#pool = grown(this.#pool, 2 * this.#pool.length);
    for (let k = 0; k < length; k++) this.#pool[first + k] = text.charCodeAt(start + k);
    this.#starts[id + 1] = first + length;
    if (this.#size === this.#hashes.length) this.#grow();
    return id;
  }

  #equals(id: number, text: string, start: number, end: number): boolean {
    const first = this.#starts[id], length = end - start;
    if (this.#starts[id + 1] - first !== length) return false;
    for (let k = 0; k < length; k++) if (this.#pool[first + k] !== text.charCodeAt(start + k)) return false;
    return true;
  }

  #grow(): void {
    const capacity = 2 * this.#hashes.length, slots = new Int32Array(2 * capacity), mask = slots.length - 1;
    this.#hashes = grown(this.#hashes, capacity);
    this.#starts = grown(this.#starts, capacity + 1);
    for (let id = 0; id < this.#size; id++) {
      let slot = this.#hashes[id] & mask;
      while (slots[slot] > 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a's last step leaves the low bits to the last character: this folds the high ones in. */
function mixed(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return h ^ (h >>> 13);
}
