import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { slopesOf } from "../finite_difference.ts";

/** A Gram matrix of orthogonal gradients with the given norms. */
function gramOfNorms(norms: readonly number[]): Float64Array {
  const K = norms.length;
  return Float64Array.from({ length: K * K }, (_, at) => at % (K + 1) === 0 ? norms[at / (K + 1)] ** 2 : 0);
}

/** The gap relative to mean(n), its targets as they are at s = `held`. */
function relativeGap(
  s: Float64Array,
  held: Float64Array,
  norms: readonly number[],
  ratios: readonly number[],
  alpha: number,
): number {
  const weighted = (s: Float64Array) => {
    const total = s.reduce((sum, s) => sum + Math.exp(s), 0);
    return norms.map((norm, i) => norm * norms.length * Math.exp(s[i]) / total);
  };
  const mean = (x: readonly number[]) => x.reduce((sum, x) => sum + x, 0) / x.length;
  const level = mean(weighted(held)), meanRatio = mean(ratios);
  return weighted(s).reduce((sum, n, i) => sum + Math.abs(n / level - (ratios[i] / meanRatio) ** alpha), 0);
}

Deno.test("the first weights are 1, and they always sum to the number of tasks", () => {
  const gradnorm = createBalancer("gradnorm"), gram = gramOfNorms([1, 10, 0.1]);
  const losses = Float64Array.of(1, 2, 3);
  assert.deepEqual(gradnorm.weigh!({ losses, gram, step: 0 }), Float64Array.of(1, 1, 1));
  for (let step = 1; step < 50; step++) {
    const w = gradnorm.weigh!({ losses, gram, step });
    assertClose([w.reduce((sum, w) => sum + w, 0)], [3], 1e-14);
  }
});

Deno.test("s moves by Adam's first step down the gap", () => {
  const norms = [1, 4, 2, 0.5], ratios = [1, 1, 1, 1];
  const gradnorm = createBalancer("gradnorm", { lr: 0.1 });
  gradnorm.weigh!({ losses: Float64Array.of(5, 6, 7, 8), gram: gramOfNorms(norms), step: 0 });
  const { s, m } = gradnorm.saveState!(), zero = new Float64Array(4);
  const slopes = slopesOf((s) => relativeGap(s, zero, norms, ratios, 1.5), zero);
  assertClose(m, slopes.map((slope) => 0.1 * slope), 1e-8);
  assertClose(s, slopes.map((slope) => -0.1 * Math.sign(slope)), 1e-6);
});

Deno.test("the slope is the gap's derivative where tasks learn at different rates, too", () => {
  const norms = [1, 4, 2, 0.5], first = [5, 6, 7, 8], now = [4, 1, 7, 6], alpha = 0.7;
  const gradnorm = createBalancer("gradnorm", { lr: 0.1, alpha });
  gradnorm.weigh!({ losses: Float64Array.from(first), gram: gramOfNorms(norms), step: 0 });
  const { s, m } = gradnorm.saveState!(), held = Float64Array.from(s);
  gradnorm.weigh!({ losses: Float64Array.from(now), gram: gramOfNorms(norms), step: 1 });
  const ratios = now.map((loss, i) => loss / first[i]);
  const slopes = slopesOf((s) => relativeGap(s, held, norms, ratios, alpha), held);
  const learned = gradnorm.saveState!().m.map((moment, i) => (moment - 0.9 * m[i]) / 0.1);
  assertClose(learned, slopes, 1e-7);
});

Deno.test("the L1 gap of the norms falls, from step to step and to nearly nothing", () => {
  const norms = [1, 4, 2, 0.5], gram = gramOfNorms(norms), losses = Float64Array.of(1, 1, 1, 1);
  const gradnorm = createBalancer("gradnorm");
  const gapOf = (w: Float64Array) => {
    const n = w.map((w, i) => w * norms[i]), mean = n.reduce((sum, n) => sum + n, 0) / 4;
    return n.reduce((sum, n) => sum + Math.abs(n - mean), 0);
  };
  const gaps = Array.from({ length: 200 }, (_, step) => gapOf(gradnorm.weigh!({ losses, gram, step })));
  for (let step = 10; step <= 30; step++) assert.ok(gaps[step] < gaps[step - 1], `step ${step}`);
  assert.ok(gaps[199] < 0.05 * gaps[0], `${gaps[0]} to ${gaps[199]}`);
});

Deno.test("a task that learns slowly gets the larger norm: r^alpha times the mean", () => {
  // Ratios .9 and .3, mean .6: r = [1.5, .5]. With w_0 + w_1 = 2 the gap is least from one target to the other.
  const cases: [number, number, number][] = [
    [0, 1, 1],
    [0.5, Math.sqrt(1.5), 2 - Math.sqrt(0.5)],
    [1, 1.5, 1.5],
    [2, 2 - 0.25, 2.25],
  ];
  for (const [alpha, least, most] of cases) {
    const gradnorm = createBalancer("gradnorm", { alpha, lr: 0.01 }), gram = gramOfNorms([1, 1]);
    gradnorm.weigh!({ losses: Float64Array.of(1, 1), gram, step: 0 });
    let w = new Float64Array(2);
    for (let step = 1; step < 400; step++) {
      w = gradnorm.weigh!({ losses: Float64Array.of(0.9, 0.3), gram, step }) as typeof w;
    }
    assert.ok(w[0] > least - 0.02 && w[0] < most + 0.02, `alpha ${alpha}: ${w}`);
  }
});

Deno.test("the scale of gradients and losses does not count", () => {
  const weights = [[1, 1], [1e-20, 1e20], [1e30, 1e-30]].map(([size, loss]) => {
    const gradnorm = createBalancer("gradnorm");
    const gram = gramOfNorms([1, 4, 2].map((norm) => norm * size));
    let w = new Float64Array(3);
    for (let step = 0; step < 5; step++) {
      const losses = Float64Array.of(1, 2 - step / 5, 3).map((L) => L * loss);
      w = gradnorm.weigh!({ losses, gram, step }) as typeof w;
    }
    return w;
  });
  for (const w of weights) assertClose(w, weights[0], 1e-12);
});

Deno.test("a task without gradient or loss takes no part, until it has both", () => {
  const three = createBalancer("gradnorm"), gram = gramOfNorms([1, 4, 0]);
  three.weigh!({ losses: Float64Array.of(1, 2, 0), gram, step: 0 });
  const { s, first } = three.saveState!();
  assert.deepEqual([...first], [1, 2, 0]);
  // Targets are those of the two: n_0 < mean < n_1.
  assert.ok(s[0] > 0 && s[1] < 0, `${s}`);
  three.weigh!({ losses: Float64Array.of(1, 2, 7), gram: gramOfNorms([1, 4, 3]), step: 1 });
  assert.equal(three.saveState!().first[2], 7);

  const none = createBalancer("gradnorm");
  none.weigh!({ losses: new Float64Array(2), gram: gramOfNorms([1, 4]), step: 0 });
  assert.ok(none.saveState!().s.every((s) => s === 0));
});
