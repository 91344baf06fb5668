import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { cosines, dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { projectOntoSimplex, uniformWeights } from "../solvers/simplex_projection.ts";

/**
 * MultiBalance: the gradients of the tasks with respect to the shared representation, each rescaled to the moving
 * average of its magnitude, are combined by simplex weights that descend towards their common minimum norm.
 *
 *     u_m <- (1 - gamma) u_m + gamma |g_m|                     magnitude; the direction is this batch's
 *     v_m = g_m u_m / |g_m|,  V = [v_1 .. v_M]
 *     K = V^T V,  or its cosines, or K over its trace           option `gram`
 *     lambda <- Proj(lambda - beta (K lambda + rho K lambda0)), lambda0 = 1/M
 *     d = sum_m lambda_m v_m                                    options `scale`, `direction`
 *
 * Only the Gram matrix of the g_m is read: K_ij = G_ij u_i u_j / (|g_i| |g_j|), and the weight of g_m is
 * lambda_m u_m / |g_m|. A task without a gradient in this batch (no labels) has v_m = 0: weight 0, u_m as it was.
 * With `gram` "cosine" and two tasks lambda stays uniform, and the magnitudes alone act.
 *
 * He et al., "MultiBalance: Multi-Objective Gradient Balancing in Industrial-Scale Multi-Task Recommendation
 * System", 2024, arXiv 2411.11871. The steps and every constant marked "reconstructed" come from secondary sources.
 *
 * State: u [M], 0 until a task's first gradient, and lambda [M].
 */
export const multibalance = defineMethod({
  name: "multibalance",
  needs: "gram",
  options: {
    /** Rate of the moving average u, 0 to 1. Reconstructed. */
    gamma: v.optional(numberFrom(0, 1), 0.01),
    /** Step size of lambda, from 0 up. Reconstructed. */
    beta: v.optional(numberFrom(0), 1),
    /** Pull towards equal weights, from 0 up. Reconstructed. */
    rho: v.optional(numberFrom(0), 0.1),
    /** u before the first gradient: that gradient's magnitude, or 0, which shrinks the first 1/gamma steps. Reconstructed. */
    start: v.optional(v.picklist(["first", "zero"]), "first"),
    /**
     * K of the lambda step: its cosines; over its trace, which drifts to the tasks of small gradients; or raw, where
     * the step's length depends on how losses are reduced. Reconstructed.
     */
    gram: v.optional(v.picklist(["cosine", "trace", "raw"]), "cosine"),
    /** Weights of lambda times M, comparable to the sum of the losses, or of lambda itself. Reconstructed. */
    scale: v.optional(v.picklist(["tasks", "simplex"]), "tasks"),
    /** d = V lambda, or SDMGrad's (V lambda + rho V lambda0) / (1 + rho). Reconstructed. */
    direction: v.optional(v.picklist(["multibalance", "sdmgrad"]), "multibalance"),
  },
  initialState: (tasks) => ({ u: new Float64Array(tasks), lambda: uniformWeights(tasks) }),
  weigh({ tasks, gram: G }, { gamma, beta, rho, start, gram, scale, direction }, state) {
    const n = rowNorms(G, tasks), { u, lambda } = state, lambda0 = 1 / tasks;
    for (let m = 0; m < tasks; m++) {
      if (n[m] === 0) continue;
      u[m] = start === "first" && u[m] === 0 ? n[m] : (1 - gamma) * u[m] + gamma * n[m];
    }

    // K = D C D: C the cosines of the g_m, D the lengths that `gram` leaves to the v_m.
    const length = Math.sqrt(dot(u, u));
    const D = gram === "cosine"
      ? new Float64Array(tasks).fill(1)
      : gram === "raw" || length === 0
      ? u
      : u.map((u) => u / length);
    const mixed = D.map((D, m) => D * (lambda[m] + rho * lambda0));
    const slope = gramTimes(cosines(G, n), mixed);
    lambda.set(projectOntoSimplex(lambda.map((lambda, m) => lambda - beta * D[m] * slope[m])));

    const factor = scale === "tasks" ? tasks : 1;
    return lambda.map((lambda, m) => {
      const share = direction === "sdmgrad" ? (lambda + rho * lambda0) / (1 + rho) : lambda;
      return n[m] === 0 ? 0 : factor * share * (u[m] / n[m]);
    });
  },
});
