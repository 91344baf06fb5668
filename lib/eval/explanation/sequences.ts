import { NgramIds } from "../text/ngram_ids.ts";
import { wordNumbers } from "../text/word_numbers.ts";

/** Outputs of a generator, each as its tokens. An output may be empty. */
export type TokenSequences = readonly (readonly string[])[];

const ids = new NgramIds();

/** How many n-grams some texts have together, and how many different ones. */
export function countNgrams(texts: TokenSequences, n: number): { total: number; distinct: number } {
  const number = wordNumbers();
  let total = 0, distinct = 0;
  ids.clear();
  for (const tokens of texts) {
    const words = number(tokens);
    for (let i = 0; i + n <= words.length; i++) {
      let prefix = NgramIds.root;
      for (let k = i; k < i + n - 1; k++) prefix = ids.idOf(prefix, words[k]);
      const before = ids.size;
      if (ids.idOf(prefix, words[i + n - 1]) === before) distinct++;
      total++;
    }
  }
  return { total, distinct };
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
