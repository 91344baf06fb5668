import { dualConeCorrection } from "../solvers/dual_cone.ts";
import { dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { uniformWeights } from "../solvers/simplex_projection.ts";
import { type Optimality, share, worst } from "./condition.ts";

/** DualProj: the KKT conditions of argmin v^T G v over v >= 1/K. */
export function dualProjection(G: Float64Array, w: Float64Array): Optimality[] {
  const mean = uniformWeights(w.length), x = w.map((w, i) => w - mean[i]);
  return [
    { condition: "w >= 1/K", residual: worst(x.map((x) => -x * w.length)) },
    { condition: "g_i . d >= 0, equal where w_i > 1/K", residual: coneResidual(G, mean, x) },
  ];
}

/** UPGrad: the KKT conditions of the K projections, solved anew, and that the direction is their mean. */
export function meanOfProjections(G: Float64Array, w: Float64Array): Optimality[] {
  const K = w.length, n = rowNorms(G, K);
  const rest = w.slice(), residuals: number[] = [];
  for (let i = 0; i < K; i++) {
    const e = new Float64Array(K);
    e[i] = 1;
    const x = dualConeCorrection(G, e);
    residuals.push(coneResidual(G, e, x));
    for (let k = 0; k < K; k++) rest[k] -= (e[k] + x[k]) / K;
  }
  const apart = gramTimes(G, rest), m = dot(w.map(Math.abs), n);
  return [
    { condition: "g_j . d_i >= 0, equal where v_ij > e_ij, for each i", residual: worst(residuals) },
    {
      condition: "g_j . d = mean of the g_j . d_i",
      residual: worst(apart.map((apart, j) => share(Math.abs(apart), n[j] * m))),
    },
  ];
}

/** KKT residual of x >= 0 as the correction of u: relative to |g_i| times the terms of d. */
function coneResidual(G: Float64Array, u: Float64Array, x: Float64Array): number {
  const n = rowNorms(G, x.length), v = u.map((u, i) => u + x[i]);
  const a = gramTimes(G, v), m = dot(v, n);
  return worst(a.map((a, i) => share(x[i] > 0 ? Math.abs(a) : Math.max(-a, 0), n[i] * m)));
}
