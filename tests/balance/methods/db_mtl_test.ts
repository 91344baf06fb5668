import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { inner, norm } from "../gradients.ts";

const combine = (
  balancer: ReturnType<typeof createBalancer>,
  gradients: number[][],
  losses: number[] = gradients.map(() => 1),
) =>
  balancer.combine!({
    losses: Float64Array.from(losses),
    gradients: gradients.map((g) => Float32Array.from(g)),
    step: 0,
  });

Deno.test("without memory: log-loss gradients, all as long as the longest", () => {
  // g / L = [3, 0] and [0, 1]: the second is brought to length 3.
  const d = combine(createBalancer("db-mtl", { beta: 0 }), [[6, 0], [0, 0.5]], [2, 0.5]);
  assertClose(d, [3, 3], 1e-6);
});

Deno.test("the first step of the default is a tenth of that", () => {
  assertClose(combine(createBalancer("db-mtl"), [[6, 0], [0, 0.5]], [2, 0.5]), [0.3, 0.3], 1e-6);
});

Deno.test("three steps with memory, computed by hand", () => {
  const balancer = createBalancer("db-mtl", { beta: 0.5 });
  const steps: [number[][], number[], number[]][] = [
    // y = [2, 0], [0, 1/2].
    [[[4, 0], [0, 1]], [1, 1], [2, 2]],
    // y = [1, 0] + [1, 1/2] and [0, 1/4] + [0, 1/4]: lengths sqrt(17) / 2 and 1/2.
    [[[4, 2], [0, 1]], [2, 2], [2, 0.5 + Math.sqrt(17) / 2]],
    // y = [1, 1/4] and [0, 1/4]: lengths sqrt(17) / 4 and 1/4.
    [[[0, 0], [0, 0]], [1, 1], [1, 0.25 + Math.sqrt(17) / 4]],
  ];
  for (const [gradients, losses, expected] of steps) {
    assertClose(combine(balancer, gradients, losses), expected, 1e-6);
  }
});

Deno.test("betaSigma fades the memory with the steps", () => {
  const balancer = createBalancer("db-mtl", { beta: 0.8, betaSigma: 1 });
  // One task: d = y. b = .8, .4, .8/3.
  let y = 0;
  for (let t = 1; t <= 3; t++) {
    const b = 0.8 / t;
    y = b * y + (1 - b) * t;
    assertClose(combine(balancer, [[t]]), [y], 1e-6, `t ${t}`);
  }
});

Deno.test("every task pulls the direction with one and the same length", () => {
  const balancer = createBalancer("db-mtl");
  const gradients = [[1, 2, 0, 0], [0, 0, 1e-3, 0], [0, 0, 0, -50]];
  const d = combine(balancer, gradients, [0.1, 1, 10]);
  const projections = gradients.map((g) => inner(d, g) / norm(g));
  assertClose(projections, [1, 1, 1].map(() => projections[0]), 1e-6);
});

Deno.test("neither the scale of a loss nor that of a gradient counts for the direction", () => {
  const unit = (scale: number, loss: number) => {
    const d = combine(createBalancer("db-mtl"), [[scale, 0], [0, 2]], [loss, 1]);
    return d.map((x) => x / norm(d));
  };
  for (const [scale, loss] of [[1e-20, 1], [1e20, 1], [1, 1e20], [1e10, 1e10]]) {
    assertClose(unit(scale, loss), [Math.SQRT1_2, Math.SQRT1_2], 1e-6, `${scale}, ${loss}`);
  }
});

Deno.test("values beyond float32 are cut to its range", () => {
  const d = combine(createBalancer("db-mtl"), [[3e38, 1], [3e38, 1], [3e38, 1]], [0, 1e-9, 1]);
  assert.ok(d.every(Number.isFinite) && d[0] > 3e38, `${d}`);
});

Deno.test("another gradient length starts the average again", () => {
  const balancer = createBalancer("db-mtl", { beta: 0.5 });
  combine(balancer, [[8, 8]]);
  assertClose(combine(balancer, [[2]]), [1], 1e-6);
  assert.deepEqual([...balancer.saveState!().t], [2]);
});
