import type { SegmentNgrams } from "./segment_ngrams.ts";
import { grown } from "./ngram_ids.ts";

/** What an order without a match counts as. */
export const matchFloor = 0.1;

let buffer = new Float64Array(256);

/**
 * Weight of each n-gram of a segment: the largest weight of its words.
 *
 * @returns By n-gram number; valid until the next call.
 */
export function weightNgrams(ngrams: SegmentNgrams, weights: Float64Array): Float64Array {
  if (buffer.length < ngrams.size) buffer = grown(buffer, 2 * ngrams.size);
  for (let g = 0; g < ngrams.size; g++) {
    const own = weights[ngrams.lastWordOf(g)];
    buffer[g] = ngrams.orderOf(g) === 1 ? own : Math.max(own, buffer[ngrams.prefixOf(g)]);
  }
  return buffer;
}

/** exp(sum_n w_n ln p_n); orders of weight 0 do not count. */
export function weightedGeometricMean(p: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < p.length; n++) if (weights[n] > 0) sum += weights[n] * Math.log(p[n]);
  return Math.exp(sum);
}

/** Weights of the orders: those given, checked, or 1/maxOrder each. */
export function orderWeights(what: string, maxOrder: number, weights?: readonly number[]): readonly number[] {
  if (weights === undefined) return new Array<number>(maxOrder).fill(1 / maxOrder);
  if (weights.length !== maxOrder) {
    throw new RangeError(
      `Cannot compute ${what}: there are ${weights.length} weights, expected ${maxOrder}, one for each order`,
    );
  }
  const n = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (n >= 0) {
    throw new RangeError(
      `Cannot compute ${what}: weights[${n}] is ${weights[n]}, expected a finite number from 0 up`,
    );
  }
  return weights;
}
