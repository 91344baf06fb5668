/** Outputs of a generator, each as its tokens. An output may be empty. */
export type TokenSequences = readonly (readonly string[])[];

/**
 * Texts that are equal if and only if the n-grams are: each token is written after its length, so no choice of
 * separator can make two n-grams look alike.
 *
 * @returns The n-grams of the tokens in order, `max(0, tokens.length - n + 1)` of them.
 */
export function ngramKeys(tokens: readonly string[], n: number): string[] {
  const coded = tokens.map((token) => `${token.length}:${token}`);
  return Array.from(
    { length: Math.max(0, coded.length - n + 1) },
    (_, i) => coded.slice(i, i + n).join(""),
  );
}

/** A text that is equal for equal token sequences only. */
export function sequenceKey(tokens: readonly string[]): string {
  return tokens.map((token) => `${token.length}:${token}`).join("");
}

/** Refuses an n-gram order that is no positive integer. */
export function checkOrder(what: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`Cannot compute ${what}: n is ${n}, expected a positive integer`);
  }
}
