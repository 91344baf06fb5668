import type { RatedTask } from "./batch.ts";
import type { RatingGuide } from "./guide.ts";
import type { ReviewSplit } from "../corpus/split_reviews.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";

/**
 * What {@link SentenceEvidence} measures of a sentence, in order, and how much candidates of one task typically differ in it
 * (the deviation within tasks of Amazon's musical instruments and of the synthetic review world, rounded): the unit of each.
 */
const measures = {
  "words that other candidates share": 0.035,
  "pairs that other candidates share": 0.01,
  "triples that other candidates share": 0.005,
  "words of the references": 0.04,
  "pairs of the references": 0.012,
  "triples of the references": 0.006,
  "words of everybody": 0.025,
  "pairs of everybody": 0.004,
  "length": 0.45,
  "rarity": 0.07,
  "nearness of the ratings": 0.65,
  "agreement of the guide": 0.24,
} as const;
export const evidenceNames = Object.keys(measures);
export const evidenceCount = evidenceNames.length;
const units = Float64Array.from(Object.values(measures));

const ORDERS = 3;

/** What evidence is about: candidates and references by index in the corpus, and the rating to argue for. */
export type EvidenceTask = Pick<RatedTask, "candidates" | "references" | "rating" | "place">;

/** A sentence as n-grams. */
interface Ngrams {
  /** By order: distinct n-grams. */
  readonly ids: readonly Float64Array[];
  /** By order: the idf weight of each. */
  readonly weights: readonly Float64Array[];
  readonly length: number;
  /** I(h) = sum over distinct words of idf / |h| */
  readonly rarity: number;
}

/**
 * What the words of a sentence alone say of its IDF-BLEU against a review that nobody has read: how much of its idf-weighted
 * n-grams other sentences share,
 *
 *     e_n(x, pool) = sum_g maxidf(g) P(g in a sentence of the pool) / sum_g maxidf(g)
 *
 * the expected precision of IDF-BLEU where the review is like a sentence of the pool; for the pools of the item's other
 * candidates, of the user's own references and of all training sentences. Then the expected logarithms of its two brevity
 * penalties against training sentences, how near the stars of its review are to the rating that it must argue for, and
 * whether the guide reads that rating from it.
 */
export class SentenceEvidence {
  readonly #corpus: Pick<StoredCorpus, "reviews" | "sentences" | "idf">;
  readonly #ids = new Map<string, number>();
  readonly #known = new Map<number, Ngrams>();
  /** By order (1, 2): share of training sentences with an n-gram. */
  readonly #background: Map<number, number>[] = [new Map(), new Map()];
  /** Expected ln BP_len by length, expected ln BP_idf by rarity in hundredths. */
  readonly #lengths: Float64Array;
  readonly #rarities: Float64Array;

  readonly #guide: RatingGuide | undefined;
  readonly #readings = new Map<number, number>();

  constructor(corpus: Pick<StoredCorpus, "reviews" | "sentences" | "idf">, guide?: RatingGuide) {
    [this.#corpus, this.#guide] = [corpus, guide];
    const { reviews, sentences } = corpus;
    const training = [...sentences.keys()].filter((s) =>
      reviews[sentences[s].review].split === ("train" satisfies ReviewSplit)
    );
    for (const s of training) {
      const { ids } = this.#of(s);
      this.#background.forEach((counts, n) => {
        for (const g of ids[n]) counts.set(g, (counts.get(g) ?? 0) + 1 / training.length);
      });
    }
    // Against a sample of the training sentences.
    const every = Math.max(1, Math.floor(training.length / 500));
    const sample = training.filter((_, i) => i % every === 0).map((s) => this.#of(s));
    const penalty = (own: number, others: number[]) =>
      others.reduce((sum, other) => sum + Math.min(0, 1 - other / own), 0) / Math.max(1, others.length);
    const lengths = sample.map(({ length }) => length), rarities = sample.map(({ rarity }) => rarity);
    this.#lengths = Float64Array.from({ length: 64 }, (_, l) => l === 0 ? -5 : penalty(l, lengths));
    this.#rarities = Float64Array.from({ length: 1200 }, (_, i) => penalty((i + 1) / 100, rarities));
  }

  /**
   * @param hypotheses What is measured: a candidate by its place, or other words with the place of the candidate that they
   * were made from. All candidates if absent.
   * @returns [hypotheses, evidenceCount], row-major, each in its unit.
   */
  measure(
    { candidates, references, rating, place }: EvidenceTask,
    hypotheses: readonly { readonly candidate: number; readonly words?: readonly string[] }[] = candidates
      .map((
        _,
        candidate,
      ) => ({ candidate })),
  ): Float32Array {
    const { reviews, sentences } = this.#corpus;
    const shared = this.#poolCounts(candidates), own = this.#poolCounts(references);
    const out = new Float32Array(hypotheses.length * evidenceCount);
    hypotheses.forEach(({ candidate, words }, i) => {
      const ngrams = words === undefined ? this.#of(candidates[candidate]) : this.#ngramsOf(words);
      const row = out.subarray(i * evidenceCount, (i + 1) * evidenceCount);
      // The sentence itself, or the one that it was made from, is no other candidate.
      const self = this.#of(candidates[candidate]);
      for (let n = 0; n < ORDERS; n++) {
        row[n] = precision(ngrams, n, shared[n], candidates.length - 1, self);
        row[ORDERS + n] = precision(ngrams, n, own[n], references.length);
        if (n < this.#background.length) row[2 * ORDERS + n] = precision(ngrams, n, this.#background[n], 1);
      }
      row[8] = this.#lengths[Math.min(ngrams.length, this.#lengths.length - 1)];
      row[9] = this.#rarities[Math.min(Math.floor(ngrams.rarity * 100), this.#rarities.length - 1)];
      row[10] = -Math.abs(reviews[sentences[candidates[candidate]].review].rating - rating);
      row[11] = this.#guide?.agreement(this.#reading(this.#guide, candidates[candidate], words), place) ?? 0;
      for (let f = 0; f < evidenceCount; f++) row[f] /= units[f];
    });
    return out;
  }

  #reading(guide: RatingGuide, sentence: number, words?: readonly string[]): number {
    return words === undefined
      ? this.#readings.getOrInsertComputed(sentence, () => guide.read(this.#corpus.sentences[sentence].words))
      : guide.read(words);
  }

  #poolCounts(sentences: readonly number[]): Map<number, number>[] {
    const counts = Array.from({ length: ORDERS }, () => new Map<number, number>());
    for (const s of sentences) {
      this.#of(s).ids.forEach((ids, n) => {
        for (const g of ids) counts[n].set(g, (counts[n].get(g) ?? 0) + 1);
      });
    }
    return counts;
  }

  #of(sentence: number): Ngrams {
    return this.#known.getOrInsertComputed(
      sentence,
      () => this.#ngramsOf(this.#corpus.sentences[sentence].words),
    );
  }

  #ngramsOf(words: readonly string[]): Ngrams {
    const { idf } = this.#corpus;
    const w = words.map((word) => this.#ids.getOrInsertComputed(word, () => this.#ids.size + 1));
    const weight = words.map((word) => idf.get(word) ?? 1);
    const ids: Float64Array[] = [], weights: Float64Array[] = [];
    for (let n = 1; n <= ORDERS; n++) {
      const found = new Map<number, number>();
      for (let i = 0; i + n <= w.length; i++) {
        // Below 2^17 words, three of them fit a number exactly.
        let g = 0, most = 0;
        for (let k = i; k < i + n; k++) {
          g = g * 131_072 + w[k];
          most = Math.max(most, weight[k]);
        }
        found.set(g, most);
      }
      ids.push(Float64Array.from(found.keys()));
      weights.push(Float64Array.from(found.values()));
    }
    const rarity = weights[0].reduce((sum, x) => sum + x, 0) / Math.max(1, words.length);
    return { ids, weights, length: words.length, rarity };
  }
}

/** e_n: the idf-weighted share of a pool's sentences that have a sentence's n-grams, without one of them where given. */
function precision(
  { ids, weights }: Ngrams,
  n: number,
  counts: ReadonlyMap<number, number>,
  size: number,
  without?: Ngrams,
): number {
  if (size <= 0) return 0;
  const left = without === undefined ? undefined : new Set(without.ids[n]);
  let shared = 0, all = 0;
  for (let k = 0; k < ids[n].length; k++) {
    const count = (counts.get(ids[n][k]) ?? 0) - (left?.has(ids[n][k]) ? 1 : 0);
    shared += weights[n][k] * count / size;
    all += weights[n][k];
  }
  return all === 0 ? 0 : shared / all;
}
