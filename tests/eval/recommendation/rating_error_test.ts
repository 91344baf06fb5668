import assert from "node:assert/strict";
import fc from "fast-check";
import { mae, rmse } from "../../../lib/eval/recommendation/rating_error.ts";
import { close } from "../close.ts";

Deno.test("RMSE and MAE reproduce scikit-learn's documented example", () => {
  const targets = [3, -.5, 2, 7], predictions = [2.5, 0, 2, 8];
  // Errors -.5, .5, 0, 1: squares add to 1.5, magnitudes to 2.
  close(rmse(targets, predictions), Math.sqrt(.375));
  close(rmse(targets, predictions), 0.6123724356957945);
  close(mae(targets, predictions), .5);
  assert.equal(rmse(Float64Array.of(4), Uint8Array.of(1)), 3);
  assert.equal(mae([4], [1]), 3);
});

Deno.test("errors are 0 for the truth alone, symmetric, and RMSE is at least MAE", () => {
  const rating = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(fc.property(fc.array(fc.tuple(rating, rating), { minLength: 1, maxLength: 30 }), (pairs) => {
    const y = pairs.map(([a]) => a), p = pairs.map(([, b]) => b);
    assert.deepEqual([rmse(y, y), mae(y, y)], [0, 0]);
    assert.deepEqual([rmse(p, y), mae(p, y)], [rmse(y, p), mae(y, p)]);
    assert.ok(rmse(y, p) >= mae(y, p) - 1e-12 && mae(y, p) >= 0);
    close(rmse(y.toReversed(), p.toReversed()), rmse(y, p), 1e-9);
    close(mae(y.map((x) => 3 * x), p.map((x) => 3 * x)), 3 * mae(y, p), 1e-9);
  }));
});

Deno.test("rating errors refuse bad input with its place and value", () => {
  const cases: [call: () => unknown, message: string][] = [
    [() => rmse([], []), "Cannot compute RMSE: targets is empty, expected at least one example"],
    [() => mae([1], [1, 2]), "Cannot compute MAE: predictions has 2 values, expected 1 as in targets"],
    [() => rmse([NaN], [1]), "Cannot compute RMSE: targets[0] is NaN, expected a finite number"],
    [() => mae([1], [Infinity]), "Cannot compute MAE: predictions[0] is Infinity, expected a finite number"],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
