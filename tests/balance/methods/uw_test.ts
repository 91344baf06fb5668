import assert from "node:assert/strict";
import { uwObjective } from "../../../lib/balance/methods/uw.ts";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { slopesOf, someLosses } from "../finite_difference.ts";

const losses = Float64Array.of(1, 2, 4);

Deno.test("reference value: at s = 0 the objective of [1, 2, 4] is 3.5, the weights 1/2", () => {
  assert.equal(uwObjective(losses, new Float64Array(3)), 3.5);
  assert.deepEqual(createBalancer("uw").weigh!({ losses, step: 0 }), Float64Array.of(0.5, 0.5, 0.5));
});

Deno.test("the weights are the objective's derivative, wherever s is", () => {
  const uw = createBalancer("uw", { lr: 0.3 });
  for (let step = 0; step < 9; step++) {
    const given = someLosses[step % someLosses.length];
    const s = Float64Array.from(uw.saveState!().s ?? new Float64Array(4));
    const slopes = slopesOf((losses) => uwObjective(losses, s), given);
    assertClose(uw.weigh!({ losses: given, step }), slopes, 1e-8);
  }
});

Deno.test("s takes Adam's step down the objective, computed by hand", () => {
  const uw = createBalancer("uw", { lr: 0.1 });
  const s = () => {
    uw.weigh!({ losses, step: 0 });
    return uw.saveState!().s;
  };
  // Slopes (1 - L) / 2 are 0, -1/2, -3/2: the first step of Adam is lr times their sign.
  const first = s();
  assertClose(first, [0, 0.1, 0.1], 1e-7);
  // The second, of task 2: slope (1 - 4 e^-.1) / 2, moments of both slopes.
  const g1 = -1.5, g2 = (1 - 4 * Math.exp(-first[2])) / 2;
  const m = (0.09 * g1 + 0.1 * g2) / (1 - 0.81), v = (0.000999 * g1 ** 2 + 0.001 * g2 ** 2) / (1 - 0.998001);
  assertClose([s()[2]], [first[2] - 0.1 * m / Math.sqrt(v)], 1e-7);
});

Deno.test("on constant losses s settles at log L, where every weighted loss is 1/2", () => {
  const uw = createBalancer("uw", { lr: 0.02 });
  let w = new Float64Array(3);
  for (let step = 0; step < 1000; step++) w = uw.weigh!({ losses, step }) as typeof w;
  assertClose(w.map((w, i) => w * losses[i]), [0.5, 0.5, 0.5], 1e-3);
});

Deno.test("a task of loss 0 keeps its s and Adam's moments", () => {
  const uw = createBalancer("uw", { lr: 0.1 });
  uw.weigh!({ losses, step: 0 });
  const before = uw.saveState!();
  uw.weigh!({ losses: Float64Array.of(3, 0, 3), step: 1 });
  const after = uw.saveState!();
  for (const key of ["s", "m", "v", "t"]) {
    assert.equal(after[key][1], before[key][1], key);
    assert.notEqual(after[key][2], before[key][2], key);
  }
});
