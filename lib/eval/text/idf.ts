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
  const counter = new IdfCounter();
  for (const sentence of sentences) counter.add(sentence);
  return counter.idf();
}

/** {@link inverseDocumentFrequency} of sentences that come one by one. */
export class IdfCounter {
  #sentences = 0;
  readonly #having = new Map<string, number>();

  add(sentence: readonly string[]): void {
    this.#sentences++;
    for (const word of new Set(sentence)) this.#having.set(word, (this.#having.get(word) ?? 0) + 1);
  }

  /** @throws {RangeError} No sentences. */
  idf(): Map<string, number> {
    if (this.#sentences === 0) {
      throw new RangeError("Cannot compute idf: there are no sentences, expected at least one");
    }
    return new Map([...this.#having].map(([word, n]) => [word, Math.log10(this.#sentences / n) + 1]));
  }
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
