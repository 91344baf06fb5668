import * as v from "valibot";
import { countFrom, defineMethod, numberFrom } from "../definition.ts";
import { checkFromZero, hasLoss, includeInMean } from "../solvers/losses.ts";
import { softmax } from "../solvers/softmax.ts";

/**
 * DWA, dynamic weight average: tasks whose loss fell least from one epoch to the next weigh most.
 *
 *     r_i = L_i^{e-1} / L_i^{e-2}                           L_i^e: mean loss of epoch e
 *     w = K softmax(r / T),  1 in epochs 0 and 1
 *
 * A loss of 0 is no sample of its epoch's mean; a task without a sample in one of the two epochs has r = 1.
 *
 * Liu et al., "End-to-end multi-task learning with attention", CVPR 2019, equation 7.
 *
 * State: calls [1]; of the epoch that runs mean and count [K]; of those before it last and before [K], the means of
 * e-1 and e-2.
 *
 * @throws {RangeError} If a loss is below 0: the ratio would say nothing of how fast it falls.
 */
export const dwa = defineMethod({
  name: "dwa",
  needs: "losses",
  options: {
    /** T, from 0.001 up: the larger, the nearer the weights to 1. */
    temperature: v.optional(numberFrom(1e-3), 2),
    /** Steps in an epoch, from 1 up. With 1 every step is an epoch. */
    stepsPerEpoch: v.optional(countFrom(1), 1),
  },
  initialState: (tasks) => ({
    calls: new Float64Array(1),
    mean: new Float64Array(tasks),
    count: new Float64Array(tasks),
    last: new Float64Array(tasks),
    before: new Float64Array(tasks),
  }),
  weigh({ tasks, losses }, { temperature: T, stepsPerEpoch }, state) {
    checkFromZero("dwa", losses);
    const { mean, count, last, before } = state;
    const step = state.calls[0]++, epoch = Math.floor(step / stepsPerEpoch);
    if (epoch > 0 && step % stepsPerEpoch === 0) {
      before.set(last);
      last.set(mean);
      mean.fill(0);
      count.fill(0);
    }
    includeInMean(losses, mean, count);
    if (epoch < 2) return new Float64Array(tasks).fill(1);
    const r = last.map((last, i) => hasLoss(last) && hasLoss(before[i]) ? last / before[i] : 1);
    return softmax(r.map((r) => Math.min(r / T, Number.MAX_VALUE))).map((share) => tasks * share);
  },
});
