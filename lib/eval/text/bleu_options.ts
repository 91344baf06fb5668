import { checkChoice, checkOrder, checkTokenizer } from "./text_inputs.ts";
import type { TokenizerName } from "./tokenizers.ts";

/**
 * Papers compute BLEU in three ways that differ in the second digit, so the dialect is named:
 *
 * - `sacrebleu`: 0 to 100; WMT's, and everybody's who reports sacreBLEU
 * - `nltk`: 0 to 1; `nltk.translate.bleu_score`
 * - `nmt`: 0 to 100; Google's NMT script, which the PETER family of explainable recommenders uses
 */
export const bleuDialects = ["sacrebleu", "nltk", "nmt"] as const;
export type BleuDialect = typeof bleuDialects[number];

/** What an order without a match counts as, by dialect; the first is the dialect's default. */
export const bleuSmoothings = {
  sacrebleu: ["exp", "floor", "add-k", "none"],
  nltk: ["method0", "method1", "method2", "method3", "method4", "method5", "method6", "method7"],
  nmt: ["none"],
} as const satisfies Record<BleuDialect, readonly string[]>;
export type BleuSmoothing = typeof bleuSmoothings[BleuDialect][number];

export interface BleuOptions {
  /** Default "sacrebleu". */
  readonly dialect?: BleuDialect;
  /** Default "13a" for sacrebleu, "none" for the others, whose input is tokenized. */
  readonly tokenize?: TokenizerName;
  /** Largest n of the n-grams, 1 to 16; default 4. */
  readonly maxOrder?: number;
  /**
   * Default "exp" for sacrebleu, "method0" for nltk, "none" for nmt.
   *
   * - `exp`: the k-th order without a match counts as 1/2^k matches
   * - `floor`: an order without a match counts as `smoothingValue` matches (0.1)
   * - `add-k`: `smoothingValue` (1) more matches and n-grams for orders above 1
   * - `none`: an order without a match makes the score 0
   * - `method0` to `method7`: Chen & Cherry (WMT 2014) as NLTK has them; 5 to 7 for sentences alone
   */
  readonly smoothing?: BleuSmoothing;
  /** The constant of `floor` (0.1), `add-k` (1), `method1` (0.1), `method4` and `method7` (5), `method6` (5). */
  readonly smoothingValue?: number;
  /** Default false. */
  readonly lowercase?: boolean;
  /** sacrebleu: average over the orders that a segment is long enough for. Default true for sentences only. */
  readonly effectiveOrder?: boolean;
}

/** Options with their defaults filled in. */
export type BleuSettings = Required<Omit<BleuOptions, "smoothingValue">> & {
  readonly smoothingValue?: number;
};

const smoothingValues: Partial<Record<BleuSmoothing, number>> = {
  "floor": 0.1,
  "add-k": 1,
  "method1": 0.1,
  "method4": 5,
  "method6": 5,
  "method7": 5,
};

/**
 * Fills in what is not given.
 *
 * @param unit What is scored; sentences have an effective order by default, and all smoothings.
 * @throws {RangeError} An option that cannot be, naming it and what would do.
 */
export function bleuSettings(options: BleuOptions, unit: "corpus" | "sentence"): BleuSettings {
  const what = `${unit} BLEU`;
  const { dialect = "sacrebleu", maxOrder = 4, lowercase = false } = options;
  checkChoice(what, "dialect", dialect, bleuDialects);
  const { tokenize = dialect === "sacrebleu" ? "13a" : "none", smoothing = bleuSmoothings[dialect][0] } =
    options;
  checkTokenizer(what, tokenize);
  checkOrder(what, "maxOrder", maxOrder);
  checkChoice(what, `smoothing of dialect ${dialect}`, smoothing, bleuSmoothings[dialect]);
  if (unit === "corpus" && ["method5", "method6", "method7"].includes(smoothing)) {
    throw new RangeError(
      `Cannot compute ${what}: smoothing "${smoothing}" is defined for sentences, expected method0 to method4, ` +
        `or sentenceBleu`,
    );
  }
  const { effectiveOrder = dialect === "sacrebleu" && unit === "sentence" } = options;
  if (effectiveOrder && dialect !== "sacrebleu") {
    throw new RangeError(
      `Cannot compute ${what}: dialect ${dialect} has no effectiveOrder, expected dialect sacrebleu`,
    );
  }
  return {
    dialect,
    tokenize,
    maxOrder,
    smoothing,
    smoothingValue: checkedSmoothingValue(what, smoothing, options.smoothingValue),
    lowercase,
    effectiveOrder,
  };
}

function checkedSmoothingValue(what: string, smoothing: BleuSmoothing, value?: number): number | undefined {
  if (value === undefined) return smoothingValues[smoothing];
  if (smoothingValues[smoothing] === undefined) {
    throw new RangeError(
      `Cannot compute ${what}: smoothing "${smoothing}" takes no smoothingValue, expected one of ${
        Object.keys(smoothingValues).join(", ")
      }`,
    );
  }
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(
      `Cannot compute ${what}: smoothingValue is ${value}, expected a finite number from 0 up`,
    );
  }
  return value;
}

/**
 * Signature of a BLEU score, such as
 * `BLEU|dialect:sacrebleu|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|order:4|v1`.
 *
 * @param references Their number; "var" if it differs between segments.
 */
export function bleuSignature(settings: BleuSettings, references: number | "var", name = "BLEU"): string {
  const { dialect, lowercase, effectiveOrder, tokenize, smoothing, smoothingValue, maxOrder } = settings;
  const value = smoothingValue === undefined ? "" : `[${smoothingValue}]`;
  return `${name}|dialect:${dialect}|nrefs:${references}|case:${lowercase ? "lc" : "mixed"}` +
    `|eff:${effectiveOrder ? "yes" : "no"}|tok:${tokenize}|smooth:${smoothing}${value}|order:${maxOrder}|v1`;
}
