import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { movingNorms } from "../moving_norms.ts";
import { roundingOf } from "../solvers/active_set.ts";
import { solveByElimination } from "../solvers/elimination.ts";
import { cosines, rowNorms, submatrix } from "../solvers/gram.ts";

/**
 * GradCraft: magnitudes are blended towards the largest, then each gradient is freed at once from its conflicts with
 * all others, where PCGrad goes from one to the next and may bring back a conflict that it had removed.
 *
 *     m_i <- beta m_i + (1 - beta) |g_i|
 *     g^_i = (tau max(m) / m_i + 1 - tau) g_i
 *     for each i:  N = {j: g^_i . g^_j < 0};  g~_i = g^_i + sum_{j in N} x_j g^_j  with  g^_j . g~_i = epsilon |g^_i| |g^_j|
 *     d = mean of the g~_i
 *
 * The x of an i solve one system with the Gram matrix of N. On unit rows it holds cosines alone. Gradients of N that
 * depend on each other are solved for a largest independent set of them: with epsilon 0 nothing is lost by that.
 *
 * Bai et al., "GradCraft: elevating multi-task recommendations through holistic gradient crafting", KDD 2024, arXiv
 * 2407.19682; the defaults of tau and epsilon and the mean as in the authors' code.
 *
 * State: m [T] and seen [T], see `movingNorms`.
 */
export const gradcraft = defineMethod({
  name: "gradcraft",
  needs: "gram",
  options: {
    /** How far magnitudes are blended towards the largest, 0 to 1. */
    tau: v.optional(numberFrom(0, 1), 1),
    /** Cosine that a freed gradient has with those it conflicted with, 0 to 1. */
    epsilon: v.optional(numberFrom(0, 1), 0),
    /** Decay of the moving average, 0 to 1. */
    beta: v.optional(numberFrom(0, 1), 0.9),
  },
  initialState: (tasks) => ({ m: new Float64Array(tasks), seen: new Float64Array(tasks) }),
  weigh({ tasks: K, gram: G }, { tau, epsilon, beta }, state) {
    const n = rowNorms(G, K), C = cosines(G, n);
    const m = movingNorms(n, beta, state);
    const largest = m.reduce((most, m) => Math.max(most, m), 0);
    const w = new Float64Array(K);
    for (let i = 0; i < K; i++) {
      if (n[i] === 0) continue;
      const factor = tau * (largest / m[i]) + (1 - tau);
      w[i] += factor / K;
      const N: number[] = [];
      for (let j = 0; j < K; j++) if (C[i * K + j] < 0) N.push(j);
      if (N.length === 0) continue;
      const asked = N.map((j) => epsilon - C[i * K + j]);
      const x = solveByElimination(submatrix(C, K, N), asked, roundingOf(K));
      // Of unit rows, for a unit g^_i.
      N.forEach((j, k) => w[j] += factor * x[k] * (n[i] / n[j]) / K);
    }
    return w;
  },
});
