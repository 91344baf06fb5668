import assert from "node:assert/strict";
import { type ContourLine, contourLines } from "../../lib/report/mod.ts";

const square = { x: [-2, 2], y: [-2, 2], columns: 40, rows: 40 } as const;
const isClosed = ({ points }: ContourLine) =>
  points[0][0] === points.at(-1)![0] && points[0][1] === points.at(-1)![1];

Deno.test("the contours of a distance are closed circles, one a level, in the order of the levels", () => {
  const lines = contourLines(Math.hypot, square, [1.5, 0.5, 3]);
  assert.deepEqual(lines.slice(0, 2).map(({ level }) => level), [1.5, 0.5]);
  for (const line of lines.slice(0, 2)) {
    assert.ok(isClosed(line));
    for (const [x, y] of line.points) assert.ok(Math.abs(Math.hypot(x, y) - line.level) < 0.005);
    const turns = line.points.slice(1).reduce((sum, [x, y], i) => {
      const [px, py] = line.points[i];
      return sum + Math.asin((px * y - py * x) / Math.hypot(px, py) / Math.hypot(x, y));
    }, 0);
    assert.ok(Math.abs(Math.abs(turns) - 2 * Math.PI) < 1e-9, "once around");
  }
  assert.equal(lines.length, 2, "3 lies beyond the corners");
});

Deno.test("a plane gives one straight line from border to border", () => {
  const [line, ...rest] = contourLines((x, y) => x + 2 * y, square, [1]);
  assert.equal(rest.length, 0);
  assert.ok(!isClosed(line));
  for (const [x, y] of line.points) assert.ok(Math.abs(x + 2 * y - 1) < 1e-12);
  for (const [x, y] of [line.points[0], line.points.at(-1)!]) {
    assert.ok([x, y].some((c) => Math.abs(c) === 2), "ends on the border");
  }
});

Deno.test("in a saddle the middle decides which corners belong together", () => {
  const cell = { x: [0, 1], y: [0, 1], columns: 1, rows: 1 } as const;
  // Corners 1, 0, 1, 0: the level decides on which side the middle, 0.5, lies.
  const saddle = (x: number, y: number) => x === y ? 1 : 0;
  const apart = contourLines(saddle, cell, [0.6]), together = contourLines(saddle, cell, [0.4]);
  const touches = (lines: ContourLine[], corner: number) =>
    lines.some(({ points }) => points.every(([x, y]) => Math.hypot(x - corner, y - corner) < 0.9));
  assert.deepEqual([apart.length, together.length], [2, 2]);
  assert.ok(touches(apart, 0) && touches(apart, 1), "each high corner is cut off alone");
  assert.ok(!touches(together, 0) && !touches(together, 1), "the high corners are joined");
});
