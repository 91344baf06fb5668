import * as v from "valibot";
import { createRandom } from "../../random/mod.ts";
import { defineMethod, numberFrom, seed } from "../definition.ts";
import { roundingOf } from "../solvers/active_set.ts";
import { cosines, rowNorms } from "../solvers/gram.ts";

/** Least sine of a target angle: two gradients of one direction would ask for infinite weights. */
const LEAST_SINE = 1e-4;

/**
 * GradVac, gradient vaccine: like PCGrad, but the cosine of two gradients is raised to a target that follows what it
 * has been, also where they agree already; the direction is the sum of the raised gradients.
 *
 *     for each i:  g <- g_i
 *       for each j != i, in random order:
 *         phi = cos(g, g_j)
 *         if phi < target_ij:
 *           g <- g + |g| (target_ij sqrt(1 - phi^2) - phi sqrt(1 - target_ij^2)) / (|g_j| sqrt(1 - target_ij^2)) g_j
 *         target_ij <- (1 - beta) target_ij + beta phi                 target starts at 0
 *     d = sum of the g
 *
 * The first step, with targets of 0, is PCGrad's. Every g stays a combination of the rows, so their cosines are
 * enough. Target angles have a sine of at least 1e-4. Pairs with a zero gradient are left alone; a g that was
 * projected to zero stays there.
 *
 * Wang et al., "Gradient vaccine: investigating and improving multi-task optimization in massively multilingual
 * models", ICLR 2021, algorithm 1.
 *
 * State: target [T, T], and calls [1], which with the seed determines the order.
 */
export const gradvac = defineMethod({
  name: "gradvac",
  needs: "gram",
  options: {
    /** Rate of the moving average of the targets, 0 to 1. */
    beta: v.optional(numberFrom(0, 1), 0.5),
    seed: v.optional(seed, 0),
    /** Order of the j: drawn for every i and step, or by task number, which makes results depend on the numbering. */
    order: v.optional(v.picklist(["random", "ascending"]), "random"),
  },
  initialState: (tasks) => ({ target: new Float64Array(tasks * tasks), calls: new Float64Array(1) }),
  weigh({ tasks: K, gram: G }, { beta, seed, order }, { target, calls }) {
    const random = createRandom(seed).fork(calls[0]++);
    const n = rowNorms(G, K), C = cosines(G, n);
    const nothing = roundingOf(K);
    const w = new Float64Array(K);
    for (let i = 0; i < K; i++) {
      // g = length sum_j x_j u_j with unit rows u; the sum is of length 1, so that no square overflows.
      const x = new Float64Array(K);
      x[i] = 1;
      let length = n[i];
      const others = Array.from(x.keys()).filter((j) => j !== i);
      if (order === "random") random.shuffle(others);
      for (const j of others) {
        if (length === 0) break;
        if (n[j] === 0) continue;
        let phi = 0;
        for (let k = 0; k < K; k++) phi += x[k] * C[j * K + k];
        phi = Math.min(Math.max(phi, -1), 1);
        const at = i * K + j, sine = Math.max(Math.sqrt(1 - target[at] ** 2), LEAST_SINE);
        if (phi < target[at]) {
          const share = (target[at] * Math.sqrt(1 - phi * phi) - phi * sine) / sine;
          x[j] += share;
          const square = 1 + share * (2 * phi + share);
          if (square <= nothing) length = 0;
          const size = Math.sqrt(square);
          length *= size;
          for (let k = 0; k < K; k++) x[k] /= size;
        }
        target[at] = (1 - beta) * target[at] + beta * phi;
      }
      if (length > 0) { for (let k = 0; k < K; k++) if (x[k] !== 0) w[k] += x[k] * (length / n[k]); }
    }
    return w;
  },
});
