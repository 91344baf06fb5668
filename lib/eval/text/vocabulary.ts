/** Numbers words densely, from 0, in the order in which they are first seen. */
export class Vocabulary {
  readonly #ids = new Map<string, number>();

  get size(): number {
    return this.#ids.size;
  }

  /** The number of a word, a new one if it was never seen. */
  idOf(word: string): number {
    let id = this.#ids.get(word);
    if (id === undefined) this.#ids.set(word, id = this.#ids.size);
    return id;
  }

  /** Numbers of words. */
  encode(words: readonly string[]): Int32Array {
    const ids = new Int32Array(words.length);
    for (let i = 0; i < ids.length; i++) ids[i] = this.idOf(words[i]);
    return ids;
  }
}
