import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { readRating, type TextReader } from "../ranking/text_reader.ts";

/** Values between which a place is looked up. */
const QUANTILES = 101;

/**
 * A reader that the explainer has in mind: how far the rating that somebody reads from a sentence is from the one that the
 * sentence must argue for.
 *
 * Ratings are compared by their places, since readers expect ratings near the mean: the sentence for an item that the system
 * places above 80% of all should read better than 80% of all sentences.
 */
export class RatingGuide {
  readonly #reader: TextReader;
  readonly #idf: ReadonlyMap<string, number>;
  readonly #quantiles: Float64Array;
  readonly #deviation: number;

  /**
   * Reads all training sentences; of a corpus without any, every reading is the reader's mean.
   *
   * @param reader Not the one that judges the explanations.
   */
  constructor(
    { reviews, sentences, idf }: Pick<StoredCorpus, "reviews" | "sentences" | "idf">,
    reader: TextReader,
  ) {
    [this.#reader, this.#idf] = [reader, idf];
    const read = Float64Array.from(
      sentences.filter(({ review }) => reviews[review].split === "train"),
      ({ words }) => this.read(words),
    ).sort();
    this.#quantiles = Float64Array.from(
      { length: QUANTILES },
      (_, i) => read.length === 0 ? reader.mean : read[Math.round(i / (QUANTILES - 1) * (read.length - 1))],
    );
    const mean = read.reduce((sum, value) => sum + value, 0) / read.length;
    const deviation = Math.sqrt(read.reduce((sum, value) => sum + (value - mean) ** 2, 0) / read.length);
    // Equal readings deviate by rounding alone, or there are none.
    this.#deviation = deviation > 1e-6 ? deviation : 1;
  }

  /** The rating that the words sound like, in stars. */
  read(words: readonly string[]): number {
    return readRating(this.#reader, words, this.#idf);
  }

  /**
   * How near a reading is to a place: 1 where it is the quantile itself, e^-1 a standard deviation of all readings away; a star
   * where all readings are equal.
   *
   * @param read Of {@link read}.
   * @param place 0 to 1.
   */
  agreement(read: number, place: number): number {
    const at = place * (QUANTILES - 1), below = Math.min(Math.floor(at), QUANTILES - 2);
    const wanted = this.#quantiles[below] +
      (at - below) * (this.#quantiles[below + 1] - this.#quantiles[below]);
    return Math.exp(-Math.abs(read - wanted) / this.#deviation);
  }
}

/** Places of ratings among others: the share that is below, and half of those that are equal. 0 to 1; 0.5 among none. */
export function placesAmong(ratings: readonly number[]): (rating: number) => number {
  const sorted = Float64Array.from(ratings).sort();
  const before = (rating: number, equal: boolean) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < rating || equal && sorted[middle] === rating) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (rating) =>
    sorted.length === 0 ? 0.5 : (before(rating, false) + before(rating, true)) / (2 * sorted.length);
}
