import { tfidfVector } from "../similarity/tfidf.ts";

/** A text and the rating that stood over it. */
export interface RatedText {
  readonly words: readonly string[];
  readonly rating: number;
}

/** A linear model from words to rating, as it is stored. */
export interface TextReader {
  /** Rating of a text that says nothing. */
  readonly mean: number;
  readonly weights: ReadonlyMap<string, number>;
}

/** Rating that a reader expects after a text. Words that it does not know say nothing. */
export function readRating(
  { mean, weights }: TextReader,
  words: readonly string[],
  idf: ReadonlyMap<string, number>,
): number {
  let sum = mean;
  for (const [word, weight] of tfidfVector(words, idf)) sum += weight * (weights.get(word) ?? 0);
  return sum;
}

/**
 * Fits a reader: ridge regression of the rating on the tf-idf of the words,
 *
 *     min_w sum_i (y_i - mean(y) - x_i w)^2 + penalty |w|^2
 *
 * by conjugate gradients on the normal equations, in time linear in the words.
 *
 * Source: Hoerl & Kennard, "Ridge Regression", Technometrics 12 (1970).
 *
 * @param texts At least one.
 * @param penalty Above 0.
 * @param options.leastTexts Texts that a word needs to have a weight. Default 3.
 */
export function fitTextReader(
  texts: readonly RatedText[],
  idf: ReadonlyMap<string, number>,
  penalty: number,
  { leastTexts = 3, iterations = 100 }: { readonly leastTexts?: number; readonly iterations?: number } = {},
): TextReader {
  if (texts.length === 0) {
    throw new RangeError("Cannot fit a text reader: there are no texts, expected at least one");
  }
  const mean = texts.reduce((sum, { rating }) => sum + rating, 0) / texts.length;
  const having = new Map<string, number>();
  for (const { words } of texts) {
    for (const word of new Set(words)) having.set(word, (having.get(word) ?? 0) + 1);
  }
  const words = [...having].filter(([, count]) => count >= leastTexts).map(([word]) => word);
  const columnOf = new Map(words.map((word, column) => [word, column]));
  const rows = texts.map(({ words }) => {
    const entries = [...tfidfVector(words, idf)].filter(([word]) => columnOf.has(word));
    return {
      columns: Int32Array.from(entries, ([word]) => columnOf.get(word)!),
      values: Float64Array.from(entries, ([, value]) => value),
    };
  });

  /** X^T v */
  const transposed = (v: (row: number) => number): Float64Array => {
    const sum = new Float64Array(words.length);
    rows.forEach(({ columns, values }, i) => {
      const scale = v(i);
      for (let k = 0; k < columns.length; k++) sum[columns[k]] += scale * values[k];
    });
    return sum;
  };
  /** (X^T X + penalty I) w */
  const product = (w: Float64Array): Float64Array => {
    const result = transposed((i) => {
      const { columns, values } = rows[i];
      let sum = 0;
      for (let k = 0; k < columns.length; k++) sum += values[k] * w[columns[k]];
      return sum;
    });
    for (let c = 0; c < w.length; c++) result[c] += penalty * w[c];
    return result;
  };
  const weights = conjugateGradients(product, transposed((i) => texts[i].rating - mean), iterations);
  return { mean, weights: new Map(words.map((word, column) => [word, weights[column]])) };
}

/** {@link fitTextReader} with the penalty, of those given, whose reader is nearest to the validation ratings (RMSE). */
export function tuneTextReader(
  training: readonly RatedText[],
  validation: readonly RatedText[],
  idf: ReadonlyMap<string, number>,
  penalties: readonly number[] = [1, 3, 10, 30],
): { reader: TextReader; penalty: number; rmse: number } {
  const fits = penalties.map((penalty) => {
    const reader = fitTextReader(training, idf, penalty);
    const squares = validation.map(({ words, rating }) => (rating - readRating(reader, words, idf)) ** 2);
    const rmse = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length));
    return { reader, penalty, rmse };
  });
  return fits.reduce((best, fit) => fit.rmse < best.rmse ? fit : best);
}

/** Solves A x = b for a symmetric positive definite A; stops at a residual of 1e-8 of b. */
function conjugateGradients(
  product: (x: Float64Array) => Float64Array,
  b: Float64Array,
  iterations: number,
): Float64Array {
  const x = new Float64Array(b.length), r = b.slice(), p = b.slice();
  let square = dot(r, r);
  const enough = 1e-16 * square;
  for (let step = 0; step < iterations && square > enough; step++) {
    const Ap = product(p), alpha = square / dot(p, Ap);
    for (let i = 0; i < x.length; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * Ap[i];
    }
    const next = dot(r, r), beta = next / square;
    for (let i = 0; i < p.length; i++) p[i] = r[i] + beta * p[i];
    square = next;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
