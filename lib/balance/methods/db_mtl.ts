import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { checkFromZero } from "../solvers/losses.ts";

/** Added to the losses under the logarithm, as the authors do. */
const EPSILON = 1e-8;
const LARGEST_FLOAT32 = 3.4e38;

/**
 * DB-MTL, dual-balancing: losses are balanced by their logarithm, gradients by their length.
 *
 *     y_i <- b y_i + (1 - b) g_i / (L_i + 1e-8),  b = beta / t^betaSigma     y starts at 0; t = 1, 2, ...
 *     d = sum_i (max_j |y_j| / |y_i|) y_i
 *
 * g_i / L_i is the gradient of log L_i. A task with y_i = 0 adds nothing; the authors' 1e-8 beside |y_i|, which
 * shrinks small gradients, is left out. Values beyond float32 are cut to its range.
 *
 * The moving average needs gradients of the same coordinates in every step: those of parameters, or of representations
 * only with batches of one size. If the length changes (a last, smaller batch), y starts again at 0; t goes on.
 *
 * Lin et al., "Dual-balancing for multi-task learning", 2023, arXiv 2308.12029, algorithm 1 and the authors' code.
 *
 * State: y [K, length] in float32, and t [1].
 *
 * @throws {RangeError} If a loss is below 0.
 */
export const dbMtl = defineMethod({
  name: "db-mtl",
  needs: "gradients",
  options: {
    /** Memory of the moving average, 0 to 1; at 0 there is none. */
    beta: v.optional(numberFrom(0, 1), 0.9),
    /** How fast the memory fades with the steps, from 0 up; at 0 it stays. */
    betaSigma: v.optional(numberFrom(0), 0),
  },
  initialState: () => ({ y: new Float32Array(0), t: new Float64Array(1) }),
  combine({ tasks: K, losses, gradients }, { beta, betaSigma }, state) {
    checkFromZero("db-mtl", losses);
    const length = gradients[0].length;
    if (state.y.length !== K * length) state.y = new Float32Array(K * length);
    const b = beta / ++state.t[0] ** betaSigma;
    const y = gradients.map((g, i) => {
      const y = state.y.subarray(i * length, (i + 1) * length), scale = (1 - b) / (losses[i] + EPSILON);
      for (let k = 0; k < length; k++) y[k] = toFloat32Range(b * y[k] + scale * g[k]);
      return y;
    });

    const norms = y.map(normOf);
    // With this cut the sum of K vectors stays in the range of float32.
    const longest = Math.min(Math.max(...norms), LARGEST_FLOAT32 / K);
    const d = new Float32Array(length);
    for (let i = 0; i < K; i++) {
      if (norms[i] === 0) continue;
      const alpha = longest / norms[i], row = y[i];
      for (let k = 0; k < length; k++) d[k] += alpha * row[k];
    }
    return d;
  },
});

function toFloat32Range(x: number): number {
  return Math.min(Math.max(x, -LARGEST_FLOAT32), LARGEST_FLOAT32);
}

/** |x| in float64, where no square of a float32 overflows or underflows. */
function normOf(x: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * x[k];
  return Math.sqrt(sum);
}
