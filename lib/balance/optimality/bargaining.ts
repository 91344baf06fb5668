import { bargainers } from "../solvers/bargaining.ts";
import { dot, gramTimes, rowNorms } from "../solvers/gram.ts";
import { type Optimality, share, termSizes, worst } from "./condition.ts";

/** Nash-MTL and FairGrad: G w = w^(-1/alpha) among those that can bargain, no gain or loss for the others. */
export function fairBargain(G: Float64Array, w: Float64Array, alpha: number): Optimality[] {
  const { able, balanced } = bargainers(G, w.length);
  const a = gramTimes(G, w), terms = termSizes(G, w);
  const n = rowNorms(G, w.length), m = dot(w, n);
  return [
    {
      condition: "g_i . d = w_i^(-1/alpha)",
      residual: worst(able.map((i) => {
        const asked = w[i] ** (-1 / alpha);
        return share(Math.abs(a[i] - asked), terms[i] + asked);
      })),
    },
    {
      condition: "g_i . d = 0 where gradients balance each other",
      residual: worst(balanced.map((i) => share(Math.abs(a[i]), n[i] * m))),
    },
  ];
}

/** Nash-MTL's weights before the direction was clipped: a^T G a = number of those that bargain. */
export function unclipped(G: Float64Array, w: Float64Array): Float64Array {
  const square = dot(w, gramTimes(G, w));
  if (!(square > 0)) return w;
  const scale = Math.sqrt(bargainers(G, w.length).able.length / square);
  return w.map((w) => w * scale);
}
