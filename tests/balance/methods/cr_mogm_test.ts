import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { assertClose } from "../close.ts";
import { gramOf, normalRows, weightsOf } from "../gradients.ts";

const grams = [0, 1, 2, 3, 4].map((seed) => gramOf(normalRows(seed, 3, 6)));

Deno.test("the weights are the moving average of the other method's, from its first ones", () => {
  const methods: [string, Record<string, unknown>][] = [
    ["mgda", { normalize: "l2" }],
    ["pcgrad", { seed: 3 }],
    ["modo", { gamma: 0.1 }],
    ["ew", {}],
  ];
  for (const [method, options] of methods) {
    for (const a of [0, 0.9, 1]) {
      const smoothed = createBalancer("cr-mogm", { a, method, options }),
        plain = createBalancer(method, options);
      let w: Float64Array | undefined;
      for (const G of grams) {
        const now = weightsOf(plain, G);
        w = w === undefined ? now : w.map((w, i) => a * w + (1 - a) * now[i]);
        assertClose(weightsOf(smoothed, G), w, 1e-14, `${method}, a ${a}`);
      }
    }
  }
});

Deno.test("MGDA is smoothed by default, and a method may be smoothed twice", () => {
  const byDefault = createBalancer("cr-mogm"), named = createBalancer("cr-mogm", { a: 0.9, method: "mgda" });
  const twice = createBalancer("cr-mogm", { a: 0, method: "cr-mogm", options: { method: "mgda" } });
  for (const G of grams) {
    const w = weightsOf(byDefault, G);
    assert.deepEqual(weightsOf(named, G), w);
    assertClose(weightsOf(twice, G), w, 1e-14);
  }
});

Deno.test("the other method's state is saved, restored and reset with it", () => {
  const options = { method: "pcgrad", options: { seed: 5 } };
  const balancer = createBalancer("cr-mogm", options);
  const steps = (balancer: ReturnType<typeof createBalancer>) => grams.map((G) => weightsOf(balancer, G));
  const first = steps(balancer);
  const saved = balancer.saveState!();
  assert.deepEqual(Object.keys(saved).toSorted(), ["begun", "inner.calls", "tasks", "w"]);
  assert.deepEqual(Array.from(saved["inner.calls"]), [5]);
  const continued = steps(balancer);
  const restored = createBalancer("cr-mogm", options);
  restored.restoreState!(
    JSON.parse(
      JSON.stringify(saved),
      (_, value) => typeof value === "object" && "0" in value ? Object.values(value) : value,
    ),
  );
  assert.deepEqual(steps(restored), continued);
  balancer.reset();
  assert.deepEqual(steps(balancer), first);
});

Deno.test("what cannot be smoothed is refused when it is made, with what would do", () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ method: "mgd" }, /option 'method' is "mgd", no method, expected 'mgda'/],
    [{ method: "moco" }, /option 'method' is "moco", a method without weights/],
    [{ method: "cagrad", options: { C: 1 } }, /'cagrad': there is no option 'C', expected 'c'/],
    [{ method: "cagrad", options: { c: -1 } }, /'cagrad': option 'c' is -1, expected a number from 0 up/],
    [{ method: "static" }, /'static': option 'weights' is undefined/],
    [{ a: 2 }, /option 'a' is 2, expected a number from 0 to 1/],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => createBalancer("cr-mogm", options), (error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
  }
});
