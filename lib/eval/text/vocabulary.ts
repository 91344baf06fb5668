import { grown } from "./ngram_ids.ts";
import { isWhiteSpace } from "./tokenizers.ts";

/**
 * Numbers words densely, from 0, in the order in which they are first seen. Words are hashed and compared where they
 * stand in their line: cutting each out as a string and looking it up in a Map would take several times as long.
 */
export class Vocabulary {
  #size = 0;
  /**
   * By slot: 1 + the word there (0 for none), its hash, where its characters begin in the pool, and their number; side
   * by side, since a look-up reads all four. At most half of the slots are taken.
   */
  #slots = new Int32Array(4 * 256);
  #pool = new Uint16Array(1024);
  #pooled = 0;
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
    const slots = this.#slots, pool = this.#pool, last = slots.length - 4, length = end - start;
    let at = (hash << 2) & last;
    next: for (; slots[at] > 0; at = (at + 4) & last) {
      if (slots[at + 1] !== hash || slots[at + 3] !== length) continue;
      const first = slots[at + 2];
      for (let k = 0; k < length; k++) if (pool[first + k] !== text.charCodeAt(start + k)) continue next;
      return slots[at] - 1;
    }
    slots[at] = ++this.#size;
    slots[at + 1] = hash;
    slots[at + 2] = this.#pooled;
    slots[at + 3] = length;
    while (this.#pooled + length > this.#pool.length) this.#pool = grown(this.#pool, 2 * this.#pool.length);
    for (let k = start; k < end; k++) this.#pool[this.#pooled++] = text.charCodeAt(k);
    if (8 * this.#size === slots.length) this.#grow();
    return this.#size - 1;
  }

  #grow(): void {
    const old = this.#slots, slots = new Int32Array(2 * old.length), last = slots.length - 4;
    for (let from = 0; from < old.length; from += 4) {
      if (old[from] === 0) continue;
      let at = (old[from + 1] << 2) & last;
      while (slots[at] > 0) at = (at + 4) & last;
      slots.set(old.subarray(from, from + 4), at);
    }
    this.#slots = slots;
  }
}

/** FNV-1a's last step leaves the low bits to the last character: this folds the high ones in. */
function mixed(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return h ^ (h >>> 13);
}
