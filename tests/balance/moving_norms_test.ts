import assert from "node:assert/strict";
import { movingNorms } from "../../lib/balance/moving_norms.ts";
import { assertClose } from "./close.ts";

const fresh = (tasks: number) => ({ m: new Float64Array(tasks), seen: new Float64Array(tasks) });

Deno.test("a constant norm is its own average from the first step on", () => {
  const state = fresh(2);
  for (let step = 0; step < 5; step++) {
    assertClose(movingNorms(Float64Array.of(3, 1e30), 0.9, state), [3, 1e30], 1e-14);
  }
});

Deno.test("recent norms count for more, absent ones not at all", () => {
  const state = fresh(2);
  movingNorms(Float64Array.of(1, 1), 0.5, state);
  assertClose(movingNorms(Float64Array.of(4, 0), 0.5, state), [(0.25 + 2) / 0.75, 1], 1e-14);
  assert.deepEqual(movingNorms(Float64Array.of(0), 0.5, fresh(1)), Float64Array.of(0));
});

Deno.test("beta 1 follows nothing: the norms of this step", () => {
  assert.deepEqual(movingNorms(Float64Array.of(2, 5), 1, fresh(2)), Float64Array.of(2, 5));
});
