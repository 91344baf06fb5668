import { checkLengths, type Numbers } from "../inputs.ts";

/** Rounding may lift the logarithm of a sure token's probability this far above 0, as float32 log-softmax does. */
const rounding = 1e-6;

/**
 * Perplexity: the number of equally likely tokens a model seems to choose from.
 *
 *     PPL = exp(-(1/T) sum_t ln p(token_t | before))
 *
 * Range [1, infinity), lower is better. T counts all tokens of a corpus together, the end mark included if the model
 * predicts it. Perplexities of models with different vocabularies cannot be compared. A mean below -709 overflows to
 * Infinity.
 *
 * Source: Jelinek et al., "Perplexity: a measure of the difficulty of speech recognition tasks", JASA 62 (1977).
 *
 * @param logProbabilities Natural logarithms of the probabilities of the true tokens, finite and not above 0 (up to
 *   rounding, 1e-6).
 * @throws {RangeError} No tokens, a value that is positive or not finite: a true token of probability 0 is an infinite
 *   surprise, and a fault of the model's smoothing.
 */
export function perplexity(logProbabilities: Numbers): number {
  checkLengths("perplexity", { logProbabilities });
  let sum = 0;
  for (let t = 0; t < logProbabilities.length; t++) {
    const value = logProbabilities[t];
    if (!(value <= rounding && value > -Infinity)) {
      throw new RangeError(
        `Cannot compute perplexity: logProbabilities[${t}] is ${value}, expected a finite number up to 0`,
      );
    }
    sum += Math.min(0, value);
  }
  return Math.exp(-sum / logProbabilities.length);
}
