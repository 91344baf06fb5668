import { porterStem } from "./porter_stemmer.ts";
import { checkChoice } from "./text_inputs.ts";
import { splitWords } from "./tokenizers.ts";

/** Overlap with a reference. F is 0 where precision and recall are. */
export interface RougeScore {
  /** Share of the hypothesis that the reference has. */
  readonly precision: number;
  /** Share of the reference that the hypothesis has. */
  readonly recall: number;
  readonly f: number;
}

export interface RougeOptions {
  /**
   * - `google` (default): google-research's `rouge_score`. N-grams count as often as they occur, a match as often as
   *   both texts have it; 0 to 1.
   * - `peter`: the evaluation code of PETER, PEPLER, NRT and other explainable recommenders (`rouge.py` of Google's
   *   seq2seq, times 100). N-grams are sets; rougeL has F with beta = precision / recall; 0 to 100.
   */
  dialect?: "google" | "peter";
  /** Porter-stems words of more than three letters. Default false. */
  stem?: boolean;
  /**
   * - `ascii` (default of `google`): lower case, words are runs of a-z and 0-9; other scripts and accented letters
   *   are lost, as upstream
   * - `unicode`: NFC, lower case, words are runs of letters, combining marks and numbers of any script
   * - `whitespace` (default of `peter`): words as they stand between white space, case kept
   */
  tokenize?: "ascii" | "unicode" | "whitespace";
  /**
   * beta of all F = (1 + beta^2) P R / (R + beta^2 P): above 1 recall weighs more. Default 1, but for rougeL of
   * `peter`.
   */
  beta?: number;
}

/** {@link RougeOptions} with the defaults filled in. */
export interface RougeSettings {
  readonly dialect: "google" | "peter";
  readonly stem: boolean;
  readonly tokenize: "ascii" | "unicode" | "whitespace";
  readonly beta: number | undefined;
  /** What a perfect score is. */
  readonly scale: 1 | 100;
}

/** @throws {RangeError} An unknown dialect or tokenizer, a beta that is not positive or above 1e6. */
export function rougeSettings(options: RougeOptions = {}): RougeSettings {
  const { dialect = "google", stem = false, beta } = options;
  checkChoice("ROUGE", "dialect", dialect, ["google", "peter"]);
  const { tokenize = dialect === "google" ? "ascii" : "whitespace" } = options;
  checkChoice("ROUGE", "tokenize", tokenize, ["ascii", "unicode", "whitespace"]);
  if (beta !== undefined && !(beta > 0 && beta <= 1e6)) {
    throw new RangeError(`Cannot compute ROUGE: beta is ${beta}, expected a number above 0 and up to 1e6`);
  }
  return { dialect, stem, tokenize, beta, scale: dialect === "google" ? 1 : 100 };
}

/**
 * Signature of ROUGE scores, such as `ROUGE|dialect:google|nrefs:1|case:lc|tok:ascii|stem:no|f:1|v1`; f is beta.
 *
 * @param references References a hypothesis.
 */
export function rougeSignature(options?: RougeOptions, references: number | "var" = 1): string {
  const { dialect, stem, tokenize, beta } = rougeSettings(options);
  const f = beta ?? (dialect === "peter" ? "1,L:P/R" : 1);
  return `ROUGE|dialect:${dialect}|nrefs:${references}|case:${tokenize === "whitespace" ? "mixed" : "lc"}` +
    `|tok:${tokenize}|stem:${stem ? "porter" : "no"}|f:${f}|v1`;
}

const tokenizers: Record<RougeSettings["tokenize"], (text: string) => string[]> = {
  ascii: (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [],
  unicode: (text) => text.normalize("NFC").toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
  whitespace: splitWords,
};

/** The words that ROUGE compares. */
export function rougeWords(text: string, { tokenize, stem }: RougeSettings): string[] {
  const words = tokenizers[tokenize](text);
  return stem ? words.map((word) => word.length > 3 ? porterStem(word) : word) : words;
}

/** Precision, recall and F of `matches` among the words or n-grams of both texts, on the scale of the dialect. */
export function rougeScore(
  { matches, hypothesis, reference }: { matches: number; hypothesis: number; reference: number },
  beta: number | "precision/recall",
  scale: number,
): RougeScore {
  if (matches === 0) return { precision: 0, recall: 0, f: 0 };
  const P = matches / hypothesis, R = matches / reference;
  const weight = (beta === "precision/recall" ? P / R : beta) ** 2;
  return { precision: scale * P, recall: scale * R, f: scale * ((1 + weight) * P * R / (R + weight * P)) };
}
