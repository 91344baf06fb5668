import type { PlotPoint } from "./simplify_line.ts";

/** Where a function is drawn: a rectangle, and how many cells it is cut into. */
export interface ContourGrid {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly columns: number;
  readonly rows: number;
}

/** A line on which the function has the value `level`; closed if the last point is the first. */
export interface ContourLine {
  readonly level: number;
  readonly points: readonly PlotPoint[];
}

/**
 * The lines on which f(x, y) has each of the values, by marching squares: each cell that a line crosses gives a
 * segment between points interpolated on its edges, and segments that share an edge are joined. In a saddle cell the
 * value at the middle says which corners belong together.
 *
 * Lorensen & Cline, "Marching cubes", SIGGRAPH 1987, in two dimensions.
 *
 * @param levels Values, in the order in which their lines come out.
 */
export function contourLines(
  f: (x: number, y: number) => number,
  grid: ContourGrid,
  levels: readonly number[],
): ContourLine[] {
  const { columns, rows } = grid;
  const at = (range: readonly [number, number], i: number, cells: number) =>
    range[0] + (range[1] - range[0]) * i / cells;
  const xs = Array.from({ length: columns + 1 }, (_, i) => at(grid.x, i, columns));
  const ys = Array.from({ length: rows + 1 }, (_, j) => at(grid.y, j, rows));
  const values = ys.map((y) => xs.map((x) => f(x, y)));
  return levels.flatMap((level) => {
    const edges = new Edges(xs, ys, values, level);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) edges.crossCell(i, j);
    }
    return edges.lines().map((points) => ({ level, points }));
  });
}

/** The edges of the grid that one level crosses, and which of them a segment joins. */
class Edges {
  /** Neighbours of each crossed edge: one at the border, else two. */
  readonly #neighbours = new Map<number, number[]>();

  constructor(
    readonly xs: readonly number[],
    readonly ys: readonly number[],
    readonly values: readonly (readonly number[])[],
    readonly level: number,
  ) {}

  crossCell(i: number, j: number): void {
    const { values, level } = this;
    const corners = [values[j][i], values[j][i + 1], values[j + 1][i + 1], values[j + 1][i]];
    const above = corners.map((value) => value >= level);
    // Edge k leads from corner k to the next, counterclockwise from the lower left one.
    const edges = [
      this.#horizontal(i, j),
      this.#vertical(i + 1, j),
      this.#horizontal(i, j + 1),
      this.#vertical(i, j),
    ];
    const crossed = [0, 1, 2, 3].filter((k) => above[k] !== above[(k + 1) % 4]);
    if (crossed.length === 2) this.#join(edges[crossed[0]], edges[crossed[1]]);
    if (crossed.length === 4) {
      const middle = corners.reduce((sum, value) => sum + value, 0) / 4 >= level;
      // Corner 0 is cut off alone unless the middle is on its side.
      const [a, b] = middle === above[0] ? [[0, 1], [2, 3]] : [[3, 0], [1, 2]];
      this.#join(edges[a[0]], edges[a[1]]);
      this.#join(edges[b[0]], edges[b[1]]);
    }
  }

  /** The joined lines, open ones from the border first. */
  lines(): [number, number][][] {
    const lines: [number, number][][] = [];
    const ends = [...this.#neighbours].filter(([, others]) => others.length === 1).map(([edge]) => edge);
    for (const start of [...ends, ...this.#neighbours.keys()]) {
      const line: [number, number][] = [];
      for (let edge: number | undefined = start; edge !== undefined;) {
        const others: number[] | undefined = this.#neighbours.get(edge);
        if (others === undefined) break;
        line.push(this.#point(edge));
        this.#neighbours.delete(edge);
        const next = others.find((other) => this.#neighbours.has(other));
        // A ring ends where it began.
        if (next === undefined && line.length > 2 && others.includes(start)) line.push(line[0]);
        edge = next;
      }
      if (line.length > 1) lines.push(line);
    }
    return lines;
  }

  #join(a: number, b: number): void {
    for (const [from, to] of [[a, b], [b, a]]) {
      const others = this.#neighbours.get(from);
      if (others) others.push(to);
      else this.#neighbours.set(from, [to]);
    }
  }

  // An edge is numbered by its lower or left corner, twice: even if horizontal, odd if vertical.
  #horizontal = (i: number, j: number) => 2 * (j * this.xs.length + i);
  #vertical = (i: number, j: number) => 2 * (j * this.xs.length + i) + 1;

  #point(edge: number): [number, number] {
    const { xs, ys, values, level } = this;
    const corner = edge >> 1, i = corner % xs.length, j = Math.floor(corner / xs.length);
    const from = values[j][i], to = edge % 2 === 0 ? values[j][i + 1] : values[j + 1][i];
    const t = (level - from) / (to - from);
    return edge % 2 === 0
      ? [xs[i] + t * (xs[i + 1] - xs[i]), ys[j]]
      : [xs[i], ys[j] + t * (ys[j + 1] - ys[j])];
  }
}
