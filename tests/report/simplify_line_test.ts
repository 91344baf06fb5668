import assert from "node:assert/strict";
import fc from "fast-check";
import { type PlotPoint, simplifyLine } from "../../lib/report/mod.ts";

Deno.test("points on a straight line go, corners stay", () => {
  const line: PlotPoint[] = [[0, 0], [1, 0], [2, 0], [2, 1], [2, 2], [1, 2.01], [0, 2]];
  assert.deepEqual(simplifyLine(line, 0.05), [[0, 0], [2, 0], [2, 2], [0, 2]]);
  assert.deepEqual(simplifyLine(line, 0.001), [[0, 0], [2, 0], [2, 2], [1, 2.01], [0, 2]]);
});

Deno.test("one or two points, and those of a closed line, stay", () => {
  for (const line of [[[1, 2]], [[1, 2], [1, 2]], [[0, 0], [1, 0], [1, 1], [0, 0]]] as PlotPoint[][]) {
    assert.deepEqual(simplifyLine(line, 0.1), line);
  }
});

Deno.test("every dropped point lies within the tolerance of what is left", () => {
  const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
  const lines = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 30 });
  fc.assert(fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), (line, tolerance) => {
    const kept = simplifyLine(line, tolerance);
    assert.deepEqual([kept[0], kept.at(-1)], [line[0], line.at(-1)]);
    // Sampled along each segment, so a little wider than the tolerance.
    for (const [x, y] of line) {
      const nearest = Math.min(
        ...kept.slice(1).flatMap(([bx, by], i) =>
          Array.from({ length: 201 }, (_, k) => {
            const [ax, ay] = kept[i], t = k / 200;
            return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
          })
        ),
      );
      assert.ok(nearest <= tolerance + 0.01, `${nearest}`);
    }
  }));
});
