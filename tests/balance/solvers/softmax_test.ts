import assert from "node:assert/strict";
import { softmax } from "../../../lib/balance/solvers/softmax.ts";
import { assertClose } from "../close.ts";

Deno.test("shares by exponentials, whatever is added to all", () => {
  const logs = Float64Array.of(Math.log(1), Math.log(2), Math.log(5));
  for (const shift of [0, -700, 700, 1e6]) {
    const tolerance = shift === 1e6 ? 1e-9 : 1e-12;
    assertClose(softmax(logs.map((x) => x + shift)), [1 / 8, 2 / 8, 5 / 8], tolerance, `${shift}`);
  }
});

Deno.test("-Infinity has no share, and nothing but it none at all", () => {
  assertClose(softmax(Float64Array.of(-Infinity, 3, 3)), [0, 0.5, 0.5], 1e-15);
  assert.deepEqual(softmax(Float64Array.of(-Infinity, -Infinity)), new Float64Array(2));
});

Deno.test("numbers as far apart as can be leave one share", () => {
  assert.deepEqual(softmax(Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE)), Float64Array.of(0, 1));
});
