/**
 * exp(x_i) / sum_j exp(x_j), without overflow.
 *
 * @param x [K], finite or -Infinity, whose share is 0.
 * @returns [K], from 0 up, sum 1; all 0 if every x is -Infinity.
 */
export function softmax(x: Float64Array): Float64Array {
  let top = -Infinity;
  for (const value of x) top = Math.max(top, value);
  if (top === -Infinity) return new Float64Array(x.length);
  const share = x.map((x) => Math.exp(x - top));
  let sum = 0;
  for (const value of share) sum += value;
  return share.map((share) => share / sum);
}
