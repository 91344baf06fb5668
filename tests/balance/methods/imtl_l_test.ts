import assert from "node:assert/strict";
import { imtlLObjective } from "../../../lib/balance/methods/imtl_l.ts";
import { uwObjective } from "../../../lib/balance/methods/uw.ts";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { slopesOf, someLosses } from "../finite_difference.ts";

Deno.test("at s = 0 the weights are 1 and the objective is the sum of the losses", () => {
  const losses = Float64Array.of(1, 2, 4);
  assert.deepEqual(createBalancer("imtl-l").weigh!({ losses, step: 0 }), Float64Array.of(1, 1, 1));
  assert.equal(imtlLObjective(losses, new Float64Array(3)), 7);
  // e^(log 2) 3 - log 2
  assertClose([imtlLObjective(Float64Array.of(3), Float64Array.of(Math.LN2))], [6 - Math.LN2], 1e-15);
});

Deno.test("the weights are the objective's derivative, wherever s is", () => {
  const imtlL = createBalancer("imtl-l", { lr: 0.3 });
  for (let step = 0; step < 9; step++) {
    const given = someLosses[step % someLosses.length];
    const s = Float64Array.from(imtlL.saveState!().s ?? new Float64Array(4));
    const slopes = slopesOf((losses) => imtlLObjective(losses, s), given);
    assertClose(imtlL.weigh!({ losses: given, step }), slopes, 1e-8);
  }
});

Deno.test("its objective at s is twice that of uw at -s, and both learn alike", () => {
  const imtlL = createBalancer("imtl-l", { lr: 0.05 }), uw = createBalancer("uw", { lr: 0.05 });
  for (let step = 0; step < 60; step++) {
    const losses = someLosses[step % someLosses.length];
    const own = imtlL.weigh!({ losses, step });
    assertClose(own, uw.weigh!({ losses, step }).map((w) => 2 * w), 1e-5, `step ${step}`);
    const s = Float64Array.from(imtlL.saveState!().s), opposite = s.map((s) => -s);
    assertClose([imtlLObjective(losses, s)], [2 * uwObjective(losses, opposite)], 1e-14);
  }
  assert.ok(imtlL.saveState!().s.every((s) => Math.abs(s) > 0.05), "s should have moved");
});

Deno.test("a task of loss 0 keeps its s", () => {
  const imtlL = createBalancer("imtl-l", { lr: 0.1 });
  imtlL.weigh!({ losses: Float64Array.of(3, 0), step: 0 });
  const { s } = imtlL.saveState!();
  assert.ok(s[0] < 0 && s[1] === 0, `${s}`);
});

Deno.test("on constant losses every weighted loss becomes 1", () => {
  const imtlL = createBalancer("imtl-l", { lr: 0.02 }), losses = Float64Array.of(0.2, 1, 4);
  let w = new Float64Array(3);
  for (let step = 0; step < 1000; step++) w = imtlL.weigh!({ losses, step }) as typeof w;
  assertClose(w.map((w, i) => w * losses[i]), [1, 1, 1], 1e-3);
});
