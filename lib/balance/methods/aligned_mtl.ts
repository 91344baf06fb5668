import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { roundingOf } from "../solvers/active_set.ts";
import { uniformWeights } from "../solvers/simplex_projection.ts";
import { symmetricEigen } from "../solvers/symmetric_eigen.ts";

/**
 * Aligned-MTL: the gradients are replaced by the nearest ones that are orthogonal and of one length sigma, so that
 * their matrix has condition number 1; the direction is their mean.
 *
 *     G = V S V^T,  B = sigma V S^{-1/2} V^T,  J^ = B J,  w = B 1/K
 *     sigma^2: the least, the (lower) median or the mean eigenvalue        `mode` min, median, rmse
 *
 * Of a rank-deficient G, only eigenvalues above `rankTolerance` times the largest count, and S^{-1/2} is a
 * pseudo-inverse. No gradient at all: w = 1/K.
 *
 * The direction conflicts with no *aligned* gradient, g^_i . d = sigma^2 / K. Against an original gradient it may
 * still point: G = [[1, -3], [-3, 10]] has g_1 . d < 0.
 *
 * Senushkin et al., "Independent component alignment for multi-task learning", CVPR 2023, algorithm 1; modes as
 * in the authors' code.
 *
 * State: none.
 */
export const alignedMtl = defineMethod({
  name: "aligned-mtl",
  needs: "gram",
  options: {
    /** Which eigenvalue the squared length of the aligned gradients is. */
    mode: v.optional(v.picklist(["min", "median", "rmse"]), "min"),
    /**
     * Eigenvalues up to this share of the largest count as 0, 0 to 1; at least the rounding of float64. The authors'
     * code, in float32, has K x 1.2e-7, which matters where tasks differ by 1e3 in length or nearly coincide.
     */
    rankTolerance: v.optional(numberFrom(0, 1), 0),
  },
  weigh({ tasks: K, gram: G }, { mode, rankTolerance }) {
    const mean = uniformWeights(K);
    const { values, vectors } = symmetricEigen(G, K);
    const rounding = Math.max(roundingOf(K), rankTolerance) * Math.max(...values);
    const S = values.filter((value) => value > rounding).sort();
    if (S.length === 0) return mean;
    const square = {
      min: S[0],
      median: S[(S.length - 1) >> 1],
      rmse: S.reduce((sum, s) => sum + s / S.length, 0),
    }[mode];

    const w = new Float64Array(K);
    for (let k = 0; k < K; k++) {
      if (values[k] <= rounding) continue;
      let component = 0;
      for (let i = 0; i < K; i++) component += vectors[k * K + i] * mean[i];
      const scaled = Math.sqrt(square / values[k]) * component;
      for (let i = 0; i < K; i++) w[i] += scaled * vectors[k * K + i];
    }
    return w;
  },
});
