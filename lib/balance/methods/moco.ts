import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { gramTimes } from "../solvers/gram.ts";
import { projectOntoSimplex, uniformWeights } from "../solvers/simplex_projection.ts";

/**
 * MoCo: simplex weights descend towards the minimum norm of *tracked* gradients, moving averages that correct the
 * bias of single batches.
 *
 *     y_m <- y_m - beta (y_m - g_m)                                       y starts at 0
 *     lambda <- Proj(lambda - gamma (Y Y^T lambda + rho lambda))          lambda starts uniform
 *     d = Y^T lambda
 *
 * Tracking needs gradients of the same coordinates in every step: those of parameters, or of representations only
 * with batches of one size. If the length changes (a last, smaller batch), y starts again at 0; lambda stays.
 *
 * Fernando et al., "Mitigating gradient bias in multi-objective learning", ICLR 2023, algorithm 1.
 *
 * State: y [M, length] in float32, and lambda [M].
 */
export const moco = defineMethod({
  name: "moco",
  needs: "gradients",
  options: {
    /** Rate of the tracking y, 0 to 1. */
    beta: v.optional(numberFrom(0, 1), 0.1),
    /** Step size of lambda, from 0 up. */
    gamma: v.optional(numberFrom(0), 0.1),
    /** Regularisation of lambda, from 0 up. */
    rho: v.optional(numberFrom(0), 0.1),
  },
  initialState: (tasks) => ({ y: new Float32Array(0), lambda: uniformWeights(tasks) }),
  combine({ tasks, gradients }, { beta, gamma, rho }, state) {
    const length = gradients[0].length;
    if (state.y.length !== tasks * length) state.y = new Float32Array(tasks * length);
    const { lambda } = state;
    const y = gradients.map((g, m) => {
      const y = state.y.subarray(m * length, (m + 1) * length);
      for (let k = 0; k < length; k++) y[k] -= beta * (y[k] - g[k]);
      return y;
    });

    const slope = gramTimes(gramOf(y), lambda);
    lambda.set(projectOntoSimplex(lambda.map((lambda, m) => lambda - gamma * (slope[m] + rho * lambda))));

    const d = new Float32Array(length);
    for (let m = 0; m < tasks; m++) {
      const weight = lambda[m], row = y[m];
      for (let k = 0; k < length; k++) d[k] += weight * row[k];
    }
    return d;
  },
});

/** Y Y^T in float64: float32 products of gradients of 1e-25 or 1e20 would already be 0 or infinite. */
function gramOf(rows: readonly Float32Array[]): Float64Array {
  const M = rows.length;
  const gram = new Float64Array(M * M);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j <= i; j++) {
      const a = rows[i], b = rows[j];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
      gram[i * M + j] = gram[j * M + i] = sum;
    }
  }
  return gram;
}
