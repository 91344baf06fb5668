import type { ChrfSettings } from "./chrf_options.ts";

/** chrF, 0 to 100, of three statistics an order: n-grams of hypothesis and reference, matches. */
export function fScore(statistics: ArrayLike<number>, { beta, epsSmoothing }: ChrfSettings): number {
  return 100 * (epsSmoothing ? meanF(statistics, beta) : fOfMeans(statistics, beta));
}

function meanF(statistics: ArrayLike<number>, beta: number): number {
  let sum = 0;
  for (let k = 0; k < statistics.length; k += 3) {
    if (statistics[k + 2] === 0) continue;
    sum += fBeta(statistics[k + 2] / statistics[k], statistics[k + 2] / statistics[k + 1], beta);
  }
  return sum / (statistics.length / 3);
}

function fOfMeans(statistics: ArrayLike<number>, beta: number): number {
  let P = 0, R = 0, orders = 0;
  for (let k = 0; k < statistics.length; k += 3) {
    if (statistics[k] === 0 || statistics[k + 1] === 0) continue;
    P += statistics[k + 2] / statistics[k];
    R += statistics[k + 2] / statistics[k + 1];
    orders++;
  }
  return P + R > 0 ? fBeta(P / orders, R / orders, beta) : 0;
}

function fBeta(P: number, R: number, beta: number): number {
  return (1 + beta ** 2) * P * R / (beta ** 2 * P + R);
}
