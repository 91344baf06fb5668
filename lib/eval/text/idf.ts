import { grown } from "./ngram_ids.ts";

/**
 * Inverse document frequency of words, a document being a sentence:
 *
 *     idf(w) = log10(N / n_w) + 1,   n_w of the N sentences hold w
 *
 * 1 for a word of every sentence, more for rarer ones. A word that is not in the answer counts as 1 wherever Equipoise
 * uses it. Source: Yang et al., "Comparative Explanations of Recommendations", WWW 2022, and the authors' code.
 *
 * @param sentences Words of each training sentence; a word counts once a sentence.
 * @throws {RangeError} No sentences.
 */
export function inverseDocumentFrequency(sentences: Iterable<readonly string[]>): Map<string, number> {
  const idf = new Map<string, number>();
  let N = 0;
  for (const sentence of sentences) {
    N++;
    for (const word of new Set(sentence)) idf.set(word, (idf.get(word) ?? 0) + 1);
  }
  if (N === 0) throw new RangeError("Cannot compute idf: there are no sentences, expected at least one");
  for (const [word, n] of idf) idf.set(word, Math.log10(N / n) + 1);
  return idf;
}

/** Encodes texts with the idf of each word beside it; a word is looked up once in a lifetime. */
export class IdfVocabulary {
  readonly #idf: ReadonlyMap<string, number>;
  readonly #ids = new Map<string, number>();
  #weights = new Float64Array(64);

  constructor(idf: ReadonlyMap<string, number>) {
    this.#idf = idf;
  }

  /** idf by word number. */
  get weights(): Float64Array {
    return this.#weights;
  }

  /** @throws {RangeError} A word whose idf is not a finite number from 0 up. */
  encode(words: readonly string[]): Int32Array {
    const ids = new Int32Array(words.length);
    for (let i = 0; i < ids.length; i++) ids[i] = this.#ids.get(words[i]) ?? this.#add(words[i]);
    return ids;
  }

  #add(word: string): number {
    const idf = this.#idf.get(word) ?? 1;
    if (!(idf >= 0 && idf < Infinity)) {
      throw new RangeError(
        `Cannot weigh words: the idf of "${word}" is ${idf}, expected a finite number from 0 up`,
      );
    }
    const id = this.#ids.size;
    this.#ids.set(word, id);
    if (id === this.#weights.length) this.#weights = grown(this.#weights, 2 * id);
    this.#weights[id] = idf;
    return id;
  }
}
