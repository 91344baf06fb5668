import assert from "node:assert/strict";
import { distanceToParetoSet, objectives, paretoSet, paretoX2 } from "../../../lib/balance/toy/mod.ts";

Deno.test("on the Pareto set the gradients point against each other", () => {
  for (const x of paretoSet(15).slice(1, -1)) {
    const [[a, b], [c, d]] = objectives(x, 1).gradients;
    assert.ok(Math.abs(a * d - b * c) < 1e-12, `${x}: not parallel`);
    assert.ok(a * c + b * d < 0, `${x}: not opposed`);
  }
});

Deno.test("its ends are the minima of the two losses", () => {
  const [left, right] = [paretoSet(2)[0], paretoSet(2)[1]];
  assert.deepEqual([left[0], right[0]], [-7, 7]);
  for (const [x, loss] of [[right, 0], [left, 1]] as const) {
    const gradient = objectives(x, 1).gradients[loss];
    assert.ok(gradient.every((g) => Math.abs(g) < 1e-12), `${x}: ${gradient}`);
  }
});

Deno.test("its middle is where CAGrad ends, with equal losses", () => {
  assert.equal(paretoX2(0).toFixed(4), "-8.3551");
  assert.deepEqual(objectives([0, paretoX2(0)], 1).losses.map((loss) => loss.toFixed(4)), [
    "-15.0916",
    "-15.0916",
  ]);
});

Deno.test("the distance is that to the nearest of many points of the set", () => {
  const points = paretoSet(20_001);
  for (const x of [[0, 0], [3, -8], [-6.5, -8.43], [9, -8.4], [-12, 3], [7, -9]] as const) {
    const nearest = points.reduce(
      (least, p) => Math.min(least, Math.hypot(p[0] - x[0], p[1] - x[1])),
      Infinity,
    );
    const distance = distanceToParetoSet(x);
    assert.ok(
      Math.abs(distance - nearest) < 2e-3 * Math.max(nearest, 1),
      `${x}: ${distance}, expected ${nearest}`,
    );
  }
});
