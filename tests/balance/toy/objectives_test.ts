import assert from "node:assert/strict";
import fc from "fast-check";
import { objectives, type Point } from "../../../lib/balance/toy/mod.ts";

Deno.test("values and gradients at the first start are those of the papers' code", () => {
  const { losses, gradients } = objectives([-8.5, 7.5], 1);
  assert.deepEqual(losses.map((loss) => loss.toFixed(6)), ["6.552363", "7.900798"]);
  assert.deepEqual(gradients.map((g) => g.map((x) => x.toFixed(8))), [
    ["-0.28539851", "0.00724872"],
    ["-0.07399217", "0.00873944"],
  ]);
});

Deno.test("the scale multiplies the first loss and its gradient alone", () => {
  for (const x of [[-8.5, 7.5], [3, -2], [9, 9]] as const) {
    const one = objectives(x, 1), tenth = objectives(x, 0.1);
    assert.equal(tenth.losses[0], 0.1 * one.losses[0]);
    assert.deepEqual(tenth.gradients[0], one.gradients[0].map((g) => 0.1 * g));
    assert.equal(tenth.losses[1], one.losses[1]);
    assert.deepEqual(tenth.gradients[1], one.gradients[1]);
  }
});

const coordinate = fc.double({ min: -10, max: 10, noNaN: true });

/** Central differences, within which no bottom of a valley and no x2 = 0 may lie. */
function differences(x: Point, s: number, h: number): Point[] {
  return [0, 1].map((i) => {
    const at = (k: number, t: number) => objectives(x.with(k, x[k] + t) as unknown as Point, s).losses[i];
    return [(at(0, h) - at(0, -h)) / (2 * h), (at(1, h) - at(1, -h)) / (2 * h)] as const;
  });
}

Deno.test("gradients are what central differences tend to", () => {
  fc.assert(fc.property(coordinate, coordinate, fc.constantFrom(0.1, 1), (x1, x2, s) => {
    const t = Math.tanh(-x2);
    const valleys = [0.5 * (-x1 - 7) - t, 0.5 * (-x1 + 3) + t + 2];
    // Logarithms bend too much for differences where their argument is small.
    fc.pre(Math.abs(x2) > 1e-3 && valleys.every((h) => Math.abs(h) > 0.05));
    const expected = differences([x1, x2], s, 1e-6);
    objectives([x1, x2], s).gradients.forEach((gradient, i) =>
      gradient.forEach((g, k) => {
        assert.ok(
          Math.abs(g - expected[i][k]) < 1e-6 * (1 + Math.abs(g)),
          `${g}, expected ${expected[i][k]}`,
        );
      })
    );
  }));
});

Deno.test("on x2 = 0 the gradient is the central difference over the kink, and not zero", () => {
  for (const x1 of [-7.5, 0, 4]) {
    const { gradients } = objectives([x1, 0], 0.1), expected = differences([x1, 0], 0.1, 1e-7);
    gradients.forEach(([, g], i) => {
      assert.ok(Math.abs(g - expected[i][1]) < 1e-5, `${g}, expected ${expected[i][1]}`);
      assert.notEqual(g, 0);
    });
  }
});

Deno.test("on the bottom of a valley the loss is its floor, flat in that loss", () => {
  const x2 = 5, x1 = -7 + 2 * Math.tanh(x2);
  const { losses, gradients } = objectives([x1, x2], 1);
  const floor = (Math.log(5e-6) + 6) * Math.tanh(x2 / 2);
  assert.ok(Math.abs(losses[0] - floor) < 1e-9, `${losses[0]}, expected ${floor}`);
  assert.equal(gradients[0][0], 0);
});
