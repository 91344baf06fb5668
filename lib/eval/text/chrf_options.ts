export interface ChrfOptions {
  /** Largest order of character n-grams, 1 to 16. Default 6. */
  charOrder?: number;
  /** Largest order of word n-grams, 0 to 16. Default 0; 2 is chrF++. */
  wordOrder?: number;
  /** How much more recall weighs than precision, above 0 and up to 1e6. Default 2. */
  beta?: number;
  /** Default false. */
  lowercase?: boolean;
  /** Keeps white space among the characters. Default false. */
  whitespace?: boolean;
  /**
   * Averages the F of all orders, as chrF++.py, Moses and NLTK do, instead of taking the F of precision and recall
   * averaged over the orders that both sides have. Default false.
   */
  epsSmoothing?: boolean;
}

export type ChrfSettings = Readonly<Required<ChrfOptions>>;

/** @throws {RangeError} An option out of its range. */
export function chrfSettings(options: ChrfOptions = {}): ChrfSettings {
  const {
    charOrder = 6,
    wordOrder = 0,
    beta = 2,
    lowercase = false,
    whitespace = false,
    epsSmoothing = false,
  } = options;
  checkOrder("charOrder", charOrder, 1);
  checkOrder("wordOrder", wordOrder, 0);
  if (!(beta > 0 && beta <= 1e6)) {
    throw new RangeError(`Cannot compute chrF: beta is ${beta}, expected a number above 0 and up to 1e6`);
  }
  return { charOrder, wordOrder, beta, lowercase, whitespace, epsSmoothing };
}

function checkOrder(name: string, order: number, least: number): void {
  if (!Number.isSafeInteger(order) || order < least || order > 16) {
    throw new RangeError(`Cannot compute chrF: ${name} is ${order}, expected an integer from ${least} to 16`);
  }
}

/**
 * Signature of chrF scores in sacreBLEU's fields, such as `chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|v1`.
 *
 * @param references References a hypothesis.
 */
export function chrfSignature(options?: ChrfOptions, references: number | "var" = 1): string {
  const { charOrder, wordOrder, beta, lowercase, whitespace, epsSmoothing } = chrfSettings(options);
  return `chrF${beta}${"+".repeat(wordOrder)}|nrefs:${references}|case:${lowercase ? "lc" : "mixed"}` +
    `|eff:${epsSmoothing ? "no" : "yes"}|nc:${charOrder}|nw:${wordOrder}|space:${
      whitespace ? "yes" : "no"
    }|v1`;
}
