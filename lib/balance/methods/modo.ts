import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { gramTimes } from "../solvers/gram.ts";
import { projectOntoSimplex, uniformWeights } from "../solvers/simplex_projection.ts";

/**
 * MoDo, multi-objective gradient with double sampling: one small step of the simplex weights towards the minimum
 * norm in each training step.
 *
 *     lambda <- Proj(lambda - gamma (G lambda + rho lambda)),   d = J^T lambda
 *
 * The authors' G is J_1 J_2^T of two independent batches, which makes the step unbiased. Here J is one batch's, whose
 * noise adds to the diagonal of G and pulls towards the tasks of little noise. The step is in the units of G: with
 * gradients of mean losses, small, gamma needs to grow.
 *
 * Chen et al., "Three-way trade-off in multi-objective learning: optimization, generalization and conflict-avoidance",
 * NeurIPS 2023, algorithm 1.
 *
 * State: lambda [T].
 */
export const modo = defineMethod({
  name: "modo",
  needs: "gram",
  options: {
    /** Step size of lambda, from 0 up. */
    gamma: v.optional(numberFrom(0), 1e-3),
    /** Regularisation of lambda, from 0 up. */
    rho: v.optional(numberFrom(0), 0.1),
  },
  initialState: (tasks) => ({ lambda: uniformWeights(tasks) }),
  weigh({ gram: G }, { gamma, rho }, { lambda }) {
    const slope = gramTimes(G, lambda);
    lambda.set(projectOntoSimplex(lambda.map((lambda, i) => lambda - gamma * (slope[i] + rho * lambda))));
    return lambda.slice();
  },
});
