import { checkChoice, checkOrder } from "./text_inputs.ts";
import { orderWeights } from "./weighted_ngrams.ts";

export interface IdfBleuOptions {
  /** Largest n of the n-grams, 1 to 16; default 4. */
  readonly maxOrder?: number;
  /** Weight of each order [maxOrder], numbers from 0 up; default 1/maxOrder each. */
  readonly weights?: readonly number[];
  /** Exponent of the penalty of common words, from 0 up; default 1. */
  readonly alpha?: number;
  /** Exponent of the penalty of short output, from 0 up; default 1. */
  readonly beta?: number;
  /**
   * What the penalties compare the output with: the mean of the references, as the paper's code does, or the closest
   * length and the closest idf among them (the lesser of two). Default "mean", where an exact match of one of several
   * references may score below 1.
   */
  readonly reference?: "mean" | "closest";
}

/** {@link IdfBleuOptions} with the defaults filled in. */
export type IdfBleuSettings = Required<IdfBleuOptions>;

const what = "IDF-BLEU";

/** @throws {RangeError} An option that cannot be. */
export function idfBleuSettings(
  { maxOrder = 4, weights, alpha = 1, beta = 1, reference = "mean" }: IdfBleuOptions = {},
): IdfBleuSettings {
  checkOrder(what, "maxOrder", maxOrder);
  checkChoice(what, "reference", reference, ["mean", "closest"]);
  for (const [name, value] of Object.entries({ alpha, beta })) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`Cannot compute ${what}: ${name} is ${value}, expected a finite number from 0 up`);
    }
  }
  return { maxOrder, weights: orderWeights(what, maxOrder, weights), alpha, beta, reference };
}

/**
 * Signature of an IDF-BLEU score, such as `IDF-BLEU|words:given|idf:5120-words|order:4|alpha:1|beta:1|ref:mean|v1`.
 *
 * @param words How texts were cut into words; "given" if they came as words.
 */
export function idfBleuSignature(
  idf: ReadonlyMap<string, number>,
  options: IdfBleuOptions = {},
  words = "given",
): string {
  const { maxOrder, weights, alpha, beta, reference } = idfBleuSettings(options);
  return `IDF-BLEU|words:${words}|idf:${idf.size}-words|order:${maxOrder}` +
    `${options.weights ? `[${weights.join(",")}]` : ""}|alpha:${alpha}|beta:${beta}|ref:${reference}|v1`;
}
