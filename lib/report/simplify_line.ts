/** A point of a plot, in data units. */
export type PlotPoint = readonly [x: number, y: number];

/**
 * A line with fewer points that stays within `tolerance` of the given one. Keeps both ends; of a closed line, the point
 * farthest from them too.
 *
 * Douglas & Peucker, "Algorithms for the reduction of the number of points required to represent a digitized line",
 * Cartographica 10 (1973).
 *
 * @param tolerance Largest distance of a dropped point, in data units, from 0 up.
 */
export function simplifyLine(points: readonly PlotPoint[], tolerance: number): PlotPoint[] {
  const kept = new Set([0, points.length - 1]);
  const stack: [from: number, to: number][] = [[0, points.length - 1]];
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    const [from, to] = span;
    let farthest = -1, most = tolerance;
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToSegment(points[i], points[from], points[to]);
      if (distance > most) [farthest, most] = [i, distance];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    stack.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept.has(i));
}

function distanceToSegment([x, y]: PlotPoint, [ax, ay]: PlotPoint, [bx, by]: PlotPoint): number {
  const dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / square, 0), 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
