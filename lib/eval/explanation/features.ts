/** The words of a feature: one, or a phrase whose words are separated by white space. */
export function featureWords(what: string, name: string, feature: string): string[] {
  const words = feature.split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0) {
    throw new RangeError(`Cannot compute ${what}: ${name} is "${feature}", expected at least one word`);
  }
  return words;
}

/** Finds the features of a set in token sequences. */
export interface FeatureFinder {
  /** Number of different features. */
  readonly size: number;
  /** The features that stand in `tokens`, each once. */
  find(tokens: readonly string[]): Set<string>;
}

/**
 * Makes a finder of features, words or phrases. A phrase is found where its words stand next to one another, in order.
 * Features may overlap: "front desk" and "desk" are both found in "the front desk". Case and form count: bring tokens
 * and features to one form first. Features that differ in white space only are one.
 *
 * Finding is linear in the tokens, times the number of features that begin with the same word.
 *
 * @throws {RangeError} No features, or one without a word.
 */
export function createFeatureFinder(what: string, name: string, features: Iterable<string>): FeatureFinder {
  const byFirstWord = new Map<string, Map<string, string[]>>();
  let size = 0;
  for (const feature of features) {
    const words = featureWords(what, `a feature of ${name}`, feature);
    const phrases = byFirstWord.get(words[0]) ?? new Map<string, string[]>();
    byFirstWord.set(words[0], phrases);
    const phrase = words.join(" ");
    if (!phrases.has(phrase)) size++;
    phrases.set(phrase, words);
  }
  if (size === 0) {
    throw new RangeError(`Cannot compute ${what}: ${name} is empty, expected at least one feature`);
  }
  return {
    size,
    find(tokens) {
      const found = new Set<string>();
      tokens.forEach((token, start) => {
        for (const [phrase, words] of byFirstWord.get(token) ?? []) {
          if (standsAt(tokens, start, words)) found.add(phrase);
        }
      });
      return found;
    },
  };
}

/** Whether `words` stand in `tokens`, next to one another and in order. */
export function containsPhrase(tokens: readonly string[], words: readonly string[]): boolean {
  return tokens.some((_, start) => standsAt(tokens, start, words));
}

function standsAt(tokens: readonly string[], start: number, words: readonly string[]): boolean {
  return words.every((word, i) => tokens[start + i] === word);
}
