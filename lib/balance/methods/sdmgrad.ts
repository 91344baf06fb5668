import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { gramTimes } from "../solvers/gram.ts";
import { projectOntoSimplex, uniformWeights } from "../solvers/simplex_projection.ts";

/**
 * SDMGrad, stochastic direction-oriented multi-objective gradient: MGDA, pulled towards the mean gradient.
 *
 *     A = G / trace G,  w~ = 1/K
 *     `steps` times:  w <- Proj(w - lr (A w + lam A w~))
 *     d = (J^T w + lam J^T w~) / (1 + lam)
 *
 * The steps descend |J^T w + lam J^T w~|^2 / 2 over the simplex, and each training step goes on from the w of the one
 * before. lam = 0 follows MGDA; lam -> inf is the mean gradient. Over the trace no eigenvalue of A is above 1, so a
 * step with lr up to 2 never ascends; the authors' own step of 10 over the squared mean norm, with momentum, may.
 *
 * Xiao, Ban & Ji, "Direction-oriented multi-objective learning: simple and provable stochastic algorithms", NeurIPS
 * 2023, algorithm 1, with one batch for its three samples.
 *
 * State: lambda [T], the w of the last step.
 */
export const sdmgrad = defineMethod({
  name: "sdmgrad",
  needs: "gram",
  options: {
    /** Pull towards the mean gradient, from 0 up. */
    lam: v.optional(numberFrom(0), 0.3),
    /** Inner steps, an integer from 1 to 1000. */
    steps: v.optional(v.pipe(numberFrom(1, 1000), v.integer("an integer")), 20),
    /** Step size in units of 1 / trace G, from 0 up. */
    lr: v.optional(numberFrom(0), 1),
  },
  initialState: (tasks) => ({ lambda: uniformWeights(tasks) }),
  weigh({ tasks, gram: G }, { lam, steps, lr }, { lambda }) {
    let trace = 0;
    for (let i = 0; i < tasks; i++) trace += G[i * tasks + i];
    const mean = uniformWeights(tasks);
    if (trace > 0) {
      const A = G.map((g) => g / trace);
      const pull = gramTimes(A, mean);
      let w = lambda;
      for (let step = 0; step < steps; step++) {
        const slope = gramTimes(A, w);
        w = projectOntoSimplex(w.map((w, i) => w - lr * (slope[i] + lam * pull[i])));
      }
      lambda.set(w);
    }
    return lambda.map((w, i) => (w + lam * mean[i]) / (1 + lam));
  },
});
