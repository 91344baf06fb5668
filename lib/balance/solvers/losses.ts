/**
 * What methods that divide by losses or take their logarithm share.
 *
 * A loss of 0 is that of a task without labels in the batch, or at its optimum: a loss from 0 up has no gradient
 * there. It has no logarithm either, so such a task sits the step out; each method's file says how.
 */

/** Smaller losses count as 0: 1 / L and its multiples stay finite. */
const SMALLEST = 1e-300;

/** Whether a loss, from 0 up, is more than nothing. */
export function hasLoss(loss: number): boolean {
  return loss >= SMALLEST;
}

/** log L_i [K], -Infinity for a loss that counts as 0. */
export function logLosses(losses: Float64Array): Float64Array {
  return losses.map((loss) => hasLoss(loss) ? Math.log(loss) : -Infinity);
}

/** Takes one step's losses into each task's running mean; a loss of 0 is no sample. Updates `mean`, `count` [K]. */
export function includeInMean(losses: Float64Array, mean: Float64Array, count: Float64Array): void {
  for (let i = 0; i < losses.length; i++) {
    if (hasLoss(losses[i])) mean[i] += (losses[i] - mean[i]) / ++count[i];
  }
}

/**
 * Refuses losses for which a method means nothing.
 *
 * @throws {RangeError} If a loss is below 0.
 */
export function checkFromZero(name: string, losses: Float64Array): void {
  const i = losses.findIndex((loss) => loss < 0);
  if (i >= 0) {
    throw new RangeError(`Cannot weigh with '${name}': loss ${i} is ${losses[i]}, expected losses from 0 up`);
  }
}
