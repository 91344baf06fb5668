import * as v from "valibot";
import { countFrom, defineMethod, numberFrom } from "../definition.ts";
import { checkFromZero, hasLoss, includeInMean } from "../solvers/losses.ts";
import { softmax } from "../solvers/softmax.ts";

/**
 * STCH, smooth Tchebycheff scalarization: a smooth maximum of the logarithms of the losses, each relative to its size
 * after a warm-up.
 *
 *     epochs 0 to E:    objective  sum_i log L_i,   w_i = 1 / L_i
 *     epoch E itself:   nadir_i = mean of L_i
 *     from E + 1 on:    objective  K mu log sum_i exp(log(L_i / nadir_i) / mu)
 *                       w = K softmax(log(L / nadir) / mu) / L
 *
 * As in the authors' code, E epochs of warm-up are followed by one more that also sets the nadir. A loss of 0 has
 * weight 0, is no sample of the nadir, and K counts the others; a task without a sample in epoch E takes its first
 * loss after it as nadir.
 *
 * Lin et al., "Smooth Tchebycheff scalarization for multi-objective optimization", ICML 2024; warm-up,
 * logarithms and the factor K are those of the authors' multi-task code.
 *
 * State: calls [1], nadir and count, its samples, [K].
 *
 * @throws {RangeError} If a loss is below 0.
 */
export const stch = defineMethod({
  name: "stch",
  needs: "losses",
  options: {
    /** Smoothing, from 0.001 up: towards 0 only the largest L / nadir counts. */
    mu: v.optional(numberFrom(1e-3), 1),
    /** E, from 0 up. */
    warmupEpochs: v.optional(countFrom(0), 4),
    /** Steps in an epoch, from 1 up. With 1 every step is an epoch. */
    stepsPerEpoch: v.optional(countFrom(1), 1),
  },
  initialState: (tasks) => ({
    calls: new Float64Array(1),
    nadir: new Float64Array(tasks),
    count: new Float64Array(tasks),
  }),
  weigh({ losses }, { mu, warmupEpochs, stepsPerEpoch }, { calls, nadir, count }) {
    checkFromZero("stch", losses);
    const epoch = Math.floor(calls[0]++ / stepsPerEpoch);
    if (epoch === warmupEpochs) includeInMean(losses, nadir, count);
    if (epoch <= warmupEpochs) return losses.map((loss) => hasLoss(loss) ? 1 / loss : 0);

    const late = losses.map((loss, i) => count[i] === 0 ? loss : 0);
    includeInMean(late, nadir, count);
    const K = losses.filter(hasLoss).length;
    return softmax(relativeLogs(losses, nadir, mu)).map((share, i) =>
      hasLoss(losses[i]) ? Math.min(K * share / losses[i], Number.MAX_VALUE) : 0
    );
  },
});

/** K mu log sum_i exp(log(L_i / nadir_i) / mu), K the number of losses that are not 0. */
export function stchObjective(losses: Float64Array, nadir: Float64Array, mu: number): number {
  const x = relativeLogs(losses, nadir, mu), top = Math.max(...x);
  const sum = x.reduce((sum, x) => sum + Math.exp(x - top), 0);
  return losses.filter(hasLoss).length * mu * (top + Math.log(sum));
}

/** log(L_i / nadir_i) / mu, -Infinity for a loss of 0. */
function relativeLogs(losses: Float64Array, nadir: Float64Array, mu: number): Float64Array {
  return losses.map((L, i) => hasLoss(L) ? (Math.log(L) - Math.log(nadir[i])) / mu : -Infinity);
}
