import { grown } from "./ngram_ids.ts";
import { isWhiteSpace } from "./tokenizers.ts";

/**
 * Numbers the words of one hypothesis, and those of its references that it has; one instance serves segment after
 * segment in the same small memory. Words are hashed and compared where they stand, never cut out.
 *
 * For counts over many texts, where the numbers must last, there is `Vocabulary`.
 */
export class SegmentWords {
  /** One instance for all who are done with a segment before they return: a fresh one costs more than it. */
  static readonly shared = new SegmentWords();

  /** Number of a word that the hypothesis lacks. */
  static readonly unknown = -1;

  /** Numbers of the words of the line read last; valid up to the count that {@link begin} or {@link read} returned. */
  words = new Int32Array(64);

  #hypothesis = "";
  #size = 0;
  /** Number of the segment: slots of an earlier one are free. */
  #segment = 0;
  /** By slot: segment, hash, word. At most half of the slots are taken. */
  #slots = new Int32Array(4 * 256);
  /** By word: where it stands in the hypothesis. */
  #starts = new Int32Array(128);
  #lengths = new Int32Array(128);

  /** Begins a segment: numbers the words of its hypothesis from 0 and returns their count. */
  begin(hypothesis: string): number {
    this.#hypothesis = hypothesis;
    this.#size = 0;
    if (this.#segment === 2 ** 31 - 1) {
      this.#slots.fill(0);
      this.#segment = 0;
    }
    this.#segment++;
    return this.#scan(hypothesis, true);
  }

  /** Reads another line by the numbers of the hypothesis, or {@link unknown}, and returns the count of its words. */
  read(line: string): number {
    return this.#scan(line, false);
  }

  #scan(line: string, adds: boolean): number {
    let count = 0;
    for (let at = 0; at < line.length;) {
      let unit = line.charCodeAt(at);
      if (isWhiteSpace(unit)) {
        at++;
        continue;
      }
      const start = at;
      let hash = 0;
      do {
        hash = Math.imul(hash ^ unit, 0x01000193);
        at++;
      } while (at < line.length && !isWhiteSpace(unit = line.charCodeAt(at)));
      if (count === this.words.length) this.words = grown(this.words, 2 * count);
      this.words[count++] = this.#numberOf(line, start, at - start, hash ^ (hash >>> 15), adds);
    }
    return count;
  }

  #numberOf(line: string, start: number, length: number, hash: number, adds: boolean): number {
    const slots = this.#slots, last = slots.length - 4, segment = this.#segment;
    let at = (hash << 2) & last;
    for (; slots[at] === segment; at = (at + 4) & last) {
      const word = slots[at + 2];
      if (
        slots[at + 1] === hash && this.#lengths[word] === length && this.#equals(word, line, start, length)
      ) {
        return word;
      }
    }
    if (!adds) return SegmentWords.unknown;
    const word = this.#size++;
    this.#starts[word] = start;
    this.#lengths[word] = length;
    slots[at] = segment;
    slots[at + 1] = hash;
    slots[at + 2] = word;
    if (this.#size === this.#starts.length) this.#grow();
    return word;
  }

  #equals(word: number, line: string, start: number, length: number): boolean {
    const own = this.#hypothesis, first = this.#starts[word];
    for (let k = 0; k < length; k++) {
      if (own.charCodeAt(first + k) !== line.charCodeAt(start + k)) return false;
    }
    return true;
  }

  #grow(): void {
    const old = this.#slots, slots = new Int32Array(2 * old.length), last = slots.length - 4;
    this.#starts = grown(this.#starts, 2 * this.#starts.length);
    this.#lengths = grown(this.#lengths, 2 * this.#lengths.length);
    for (let from = 0; from < old.length; from += 4) {
      if (old[from] !== this.#segment) continue;
      let at = (old[from + 1] << 2) & last;
      while (slots[at] === this.#segment) at = (at + 4) & last;
      for (let k = 0; k < 3; k++) slots[at + k] = old[from + k];
    }
    this.#slots = slots;
  }
}
