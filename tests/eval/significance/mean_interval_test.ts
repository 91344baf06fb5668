import assert from "node:assert/strict";
import fc from "fast-check";
import { pairedT } from "../../../lib/eval/mod.ts";
import { meanInterval } from "../../../lib/eval/significance/mean_interval.ts";

const close = (actual: number, expected: number, tolerance = 1e-8) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

Deno.test("the interval of a mean reproduces SciPy", () => {
  // scipy.stats.t.interval(.95, 4, loc=3, scale=scipy.stats.sem([1, 2, 3, 4, 5])), SciPy 1.17.1.
  const { mean, margin, interval, signature } = meanInterval([1, 2, 3, 4, 5]);
  assert.equal(mean, 3);
  close(margin, 3 - 1.0367568385224428);
  close(interval[0], 1.0367568385224428);
  close(interval[1], 4.963243161477557);
  assert.equal(signature, "t|mean|values:5|interval:0.95|v1");
});

Deno.test("one degree of freedom is Cauchy's: t = tan(pi confidence / 2)", () => {
  for (const confidence of [.5, .9, .95]) {
    // sd / sqrt n of [0, 2] is 1.
    close(meanInterval([0, 2], confidence).margin, Math.tan(Math.PI * confidence / 2), 1e-6);
  }
});

Deno.test("equal values have an interval of width 0", () => {
  assert.deepEqual(meanInterval([.25, .25, .25]).interval, [.25, .25]);
});

Deno.test("it is the interval of the paired t test of values against zero", () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 9 });
  fc.assert(fc.property(values, fc.constantFrom(.8, .95, .99), (x, confidence) => {
    fc.pre(new Set(x).size > 1);
    const { interval } = meanInterval(x, confidence);
    const expected = pairedT(x.map(() => 0), x, { confidence }).interval;
    close(interval[0], expected[0], 1e-9);
    close(interval[1], expected[1], 1e-9);
  }));
});

Deno.test("the interval of a mean refuses what has no spread", () => {
  const cases: [call: () => unknown, state: string][] = [
    [() => meanInterval([]), "values is empty, expected at least one example"],
    [() => meanInterval([1]), "there is 1 value, expected at least 2"],
    [() => meanInterval([1, NaN]), "values[1] is NaN, expected a finite number"],
    [() => meanInterval([1e308, 1e308]), "the squares of values overflow, expected values below 1e154"],
    [() => meanInterval([1, 2], 95), "confidence is 95, expected a number in (0, 1)"],
  ];
  for (const [call, state] of cases) {
    assert.throws(call, { name: "RangeError", message: `Cannot compute interval of a mean: ${state}` });
  }
});
