import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { dot } from "../solvers/gram.ts";
import { adamStep, noMoments } from "../solvers/scalar_adam.ts";
import { softmax } from "../solvers/softmax.ts";

/** Added to every L_i - min_i, as the authors do. */
const EPSILON = 1e-8;

/**
 * FAMO, fast adaptive multitask optimization: logits of the tasks move so that all losses fall at one rate, without
 * any task's gradient.
 *
 *     D_i = L_i - min_i + epsilon,   z = softmax(w)                          w starts at 0
 *     objective  sum_i z_i log(D_i) / c,   c = sum_i z_i / D_i, held constant
 *     weights  z_i / (c D_i) = softmax(w - log D)_i
 *     then, when the step is taken:  delta = log D(before) - log D(after)
 *       w <- Adam(w, (diag z - z z^T) delta + gamma w)
 *
 * The authors evaluate each batch again after the step to get D(after). Here delta compares the losses of successive
 * calls, so the update for a step comes at the beginning of the next one, from another batch, and costs no pass.
 * Their clipping of the direction to norm 1 is left to the optimizer.
 *
 * A loss equal to its minimum, such as 0 of a task without labels, has weight 0. Its task sits the update of w out,
 * and the next delta of it spans the steps around this one.
 *
 * Liu et al., "FAMO: fast adaptive multitask optimization", NeurIPS 2023, algorithm 1 and the authors' code.
 *
 * State: w, before (the last D, 0 if there is none) and Adam's m, v, t [K].
 *
 * @throws {RangeError} If a loss is below its minimum.
 */
export const famo = defineMethod({
  name: "famo",
  needs: "losses",
  options: {
    /** Step size of w, from 0 up. */
    lr: v.optional(numberFrom(0), 0.025),
    /** Decay of w, from 0 up: larger ones keep the tasks alike. */
    gamma: v.optional(numberFrom(0), 1e-3),
    /** min [K]: what no loss falls below, any finite numbers. Default: zeros. */
    minLosses: v.optional(
      v.array(v.pipe(v.number(), v.check((x) => Number.isFinite(x), "a finite number"))),
    ),
  },
  initialState: (tasks) => ({
    w: new Float64Array(tasks),
    before: new Float64Array(tasks),
    ...noMoments(tasks),
  }),
  weigh({ losses }, { lr, gamma, minLosses }, state) {
    const D = gapsOf(losses, minLosses), { w, before } = state;
    const compared = (i: number) => D[i] > 0 && before[i] > 0;
    const delta = D.map((D, i) => compared(i) ? Math.log(before[i]) - Math.log(D) : 0);
    const z = softmax(w.map((w, i) => compared(i) ? w : -Infinity)), mean = dot(z, delta);
    D.forEach((D, i) => {
      if (compared(i)) adamStep(w, i, z[i] * (delta[i] - mean) + gamma * w[i], state, lr);
      if (D > 0) before[i] = D;
    });
    return softmax(w.map((w, i) => D[i] > 0 ? w - Math.log(D[i]) : -Infinity));
  },
});

/** D_i = L_i - min_i + epsilon [K], 0 where a loss is its minimum. */
function gapsOf(losses: Float64Array, minima: readonly number[] | undefined): Float64Array {
  if (minima !== undefined && minima.length !== losses.length) {
    throw new RangeError(
      `Cannot weigh with 'famo': option 'minLosses' has ${minima.length} elements, ` +
        `expected ${losses.length}, one a loss`,
    );
  }
  return losses.map((loss, i) => {
    const least = minima?.[i] ?? 0, gap = Math.min(loss - least, Number.MAX_VALUE);
    if (gap < 0) {
      throw new RangeError(
        `Cannot weigh with 'famo': loss ${i} is ${loss}, expected at least ${least}; set option 'minLosses'`,
      );
    }
    return gap === 0 ? 0 : gap + EPSILON;
  });
}
