import assert from "node:assert/strict";
import { balancerNames, createBalancer } from "../../../lib/balance/registry.ts";

const losses = Float64Array.of(1, 2), gram = Float64Array.of(18, -22, -22, 38);

Deno.test("names are unique and all can be created", () => {
  assert.equal(new Set(balancerNames).size, balancerNames.length);
  for (const name of balancerNames) {
    const balancer = createBalancer(name, name === "static" ? { weights: [1] } : undefined);
    assert.equal(balancer.name, name);
  }
});

Deno.test("methods need what their papers need", () => {
  const needs = Object.fromEntries(
    balancerNames.map((
      name,
    ) => [name, createBalancer(name, name === "static" ? { weights: [1] } : {}).needs]),
  );
  assert.equal(needs["ew"], "losses");
  assert.equal(needs["static"], "losses");
  for (const name of ["multibalance", "mgda", "imtl-g", "pcgrad", "cagrad"]) {
    assert.equal(needs[name], "gram");
  }
  assert.equal(needs["moco"], "gradients");
});

Deno.test("a bad name or option is refused with what would do", () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["multi-balance", {}, /'multi-balance': there is no such method, expected 'multibalance'/],
    ["MGDA", {}, /expected 'mgda'/],
    ["grad", {}, /expected .*'pcgrad'/],
    ["cagrad", { C: 1 }, /'cagrad': there is no option 'C', expected 'c'/],
    ["multibalance", { scaling: "tasks" }, /there is no option 'scaling', expected 'scale'/],
    ["ew", { c: 1 }, /'ew': there is no option 'c', expected none/],
    ["cagrad", { c: -1 }, /option 'c' is -1, expected a number from 0 up/],
    ["cagrad", { c: Infinity }, /option 'c' is Infinity, expected a number from 0 up/],
    ["cagrad", { c: NaN }, /option 'c' is NaN, expected number/],
    ["cagrad", { c: "1" }, /option 'c' is "1", expected number/],
    ["cagrad", { rescale: 3 }, /option 'rescale' is 3, expected \(0 \| 1 \| 2\)/],
    ["multibalance", { gamma: 1.5 }, /option 'gamma' is 1.5, expected a number from 0 to 1/],
    ["multibalance", { gram: "cos" }, /option 'gram' is "cos", expected \("cosine" \| "trace" \| "raw"\)/],
    ["pcgrad", { seed: 0.5 }, /option 'seed' is 0.5, expected an integer/],
    ["static", {}, /option 'weights' is undefined, expected a value/],
    ["static", { weights: [1, -2] }, /option 'weights.1' is -2, expected a number from 0 up/],
    ["static", { weights: [] }, /option 'weights' is \[\], expected one weight a task/],
  ];
  for (const [name, options, message] of cases) {
    assert.throws(() => createBalancer(name, options), (error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("a step that cannot be is refused, and the balancer stays as it was", () => {
  const cases: [string, Partial<{ losses: Float64Array; gram: Float64Array }>, RegExp][] = [
    ["gram missing", { gram: undefined }, /gram is missing, expected the Gram matrix/],
    [
      "gram of three tasks",
      { gram: new Float64Array(9) },
      /gram has 9 elements, expected 2 x 2 for 2 losses/,
    ],
    ["not symmetric", { gram: Float64Array.of(1, 0.5, 0.6, 1) }, /gram\[1,0\] is 0.6 but gram\[0,1\] is 0.5/],
    ["not finite", { gram: Float64Array.of(1, NaN, NaN, 1) }, /gram\[1,0\] is NaN, expected a finite number/],
    ["half finite", { gram: Float64Array.of(1, NaN, 0, 1) }, /gram\[1,0\] is 0 but gram\[0,1\] is NaN/],
    ["infinite", { gram: Float64Array.of(1, 0, 0, Infinity) }, /gram\[1,1\] is Infinity, expected/],
    ["negative square", { gram: Float64Array.of(-1, 0, 0, 1) }, /gram\[0,0\] is -1, expected .* from 0 up/],
    ["loss not finite", { losses: Float64Array.of(1, NaN) }, /loss 1 is NaN, expected a finite number/],
    ["no losses", { losses: new Float64Array(0) }, /there are no losses, expected one a task/],
    [
      "another number of tasks",
      { losses: losses.subarray(1), gram: gram.subarray(3) },
      /there are 1 losses, expected 2/,
    ],
  ];
  for (const [what, given, message] of cases) {
    const balancer = createBalancer("multibalance");
    balancer.weigh!({ losses, gram, step: 0 });
    const state = balancer.saveState!();
    assert.throws(() => balancer.weigh!({ losses, gram, step: 1, ...given }), message, what);
    assert.deepEqual(balancer.saveState!(), state, what);
  }
});

Deno.test("rounding asymmetry, as float32 products leave it, is averaged away", () => {
  const weigh = (g12: number, g21: number) =>
    createBalancer("mgda").weigh!({ losses, gram: Float64Array.of(18, g12, g21, 38), step: 0 });
  assert.deepEqual(weigh(-22.00001, -21.99999), weigh(-21.99999, -22.00001));
});

Deno.test("gradients that cannot be are refused", () => {
  const cases: [Float32Array[] | undefined, RegExp][] = [
    [undefined, /gradients are missing, expected one a task/],
    [[Float32Array.of(1)], /there are 1 gradients, expected 2, one a loss/],
    [[Float32Array.of(1), Float32Array.of(1, 2)], /gradient 1 has length 2, expected 1 as gradient 0/],
    [[Float32Array.of(1, 2), Float32Array.of(1, Infinity)], /element 1 of gradient 1 is Infinity/],
  ];
  for (const [gradients, message] of cases) {
    const moco = createBalancer("moco");
    assert.throws(() => moco.combine!({ losses, gradients: gradients!, step: 0 }), message);
    assert.deepEqual(moco.saveState!(), {});
  }
});

Deno.test("methods without a state take any number of tasks from step to step", () => {
  const balancer = createBalancer("ew");
  assert.equal(balancer.weigh!({ losses, step: 0 }).length, 2);
  assert.equal(balancer.weigh!({ losses: new Float64Array(5), step: 1 }).length, 5);
});

Deno.test("a state of another method or size is refused", () => {
  const cases: [Record<string, number[]>, RegExp][] = [
    [{ lambda: [1], u: [1] }, /tasks is undefined, expected one count from 1 up/],
    [{ tasks: [0.5], lambda: [1], u: [1] }, /tasks is 0.5, expected one count/],
    [{ tasks: [2], lambda: [0.5, 0.5] }, /u has no elements, expected 2/],
    [{ tasks: [2], lambda: [1], u: [1, 1] }, /lambda has 1 elements, expected 2/],
    [{ tasks: [2], lambda: [0.5, 0.5], u: [1, 1], y: [] }, /its state has no 'y', expected u,lambda/],
  ];
  for (const [state, message] of cases) {
    assert.throws(() => createBalancer("multibalance").restoreState!(state), message);
  }
});
