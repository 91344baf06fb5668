/** A sparse vector of length 1 over words, or the empty one. */
export type WordVector = ReadonlyMap<string, number>;

/**
 * The tf-idf vector of some words, of length 1: `tf(w) idf(w)`, where an unknown word has idf 1. Empty for no words.
 *
 * Source: Salton & Buckley, "Term-Weighting Approaches in Automatic Text Retrieval", 1988.
 */
export function tfidfVector(words: readonly string[], idf: ReadonlyMap<string, number>): WordVector {
  const vector = new Map<string, number>();
  for (const word of words) vector.set(word, (vector.get(word) ?? 0) + (idf.get(word) ?? 1));
  return normalized(vector);
}

/** The direction of the sum of some vectors. */
export function centroidOf(vectors: Iterable<WordVector>): WordVector {
  const sum = new Map<string, number>();
  for (const vector of vectors) {
    for (const [word, weight] of vector) sum.set(word, (sum.get(word) ?? 0) + weight);
  }
  return normalized(sum);
}

/** The cosine of two vectors, in [0, 1]; 0 where one is empty. */
export function cosine(a: WordVector, b: WordVector): number {
  const [short, long] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [word, weight] of short) sum += weight * (long.get(word) ?? 0);
  return sum;
}

function normalized(vector: Map<string, number>): WordVector {
  let squares = 0;
  for (const weight of vector.values()) squares += weight * weight;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (const [word, weight] of vector) vector.set(word, weight * scale);
  return vector;
}
