import { expectedNames } from "../../text/mod.ts";
import type { Artifact } from "./stage.ts";

/** A value on an axis of a grid. An object goes by its name in labels and in {@link Grid.points}. */
export type AxisValue = string | number | boolean | { readonly name: string };

/** The values of each axis of a grid, by the axis' name. */
export type GridAxes = { readonly [axis: string]: readonly AxisValue[] };

/** One value of each axis. */
export type GridPoint<Axes extends GridAxes> = { readonly [Axis in keyof Axes]: Axes[Axis][number] };

/** A point as JSON: objects are replaced by their names. */
export type NamedPoint<Point> = { readonly [Axis in keyof Point]: NameOf<Point[Axis]> };

type NameOf<Value> = Value extends { readonly name: infer Name } ? Name : Value;

/** Names of the outputs that everything of type `Made` has. */
type OutputOf<Made> = [Made] extends [{ readonly outputs: infer Outputs }] ? keyof Outputs & string : never;

/** What was made for one point of a grid. */
export interface GridCell<Point, Made> {
  readonly point: Point;
  readonly made: Made;
}

/**
 * Makes something, mostly a stage instance, for every combination of values: in row order, the last axis fastest.
 *
 * ```ts
 * const runs = grid({ method: ["ew", "mgda"], seed: seeds(5) }, ({ method, seed }) =>
 *   train({ label: labelOf({ method, seed }), params: { method, seed }, inputs: { dataset } }));
 * const means = runs.over("seed", ({ method }, ofMethod) =>
 *   mean({ label: method, inputs: { scores: ofMethod.outputs("score.json") } }));
 * const table = compare({ params: { rows: means.points }, inputs: { means: means.outputs("mean.json") } });
 * ```
 *
 * @param axes Distinct values of each axis, at least one.
 * @param options.where Leaves out the points for which it gives false.
 * @throws {RangeError} If an axis is empty, has a value twice or one that is no {@link AxisValue}, or no point is left.
 * @throws {TypeError} If two points make different stages of one name.
 */
export function grid<const Axes extends GridAxes, Made>(
  axes: Axes,
  make: (point: GridPoint<Axes>) => Made,
  options: { readonly where?: (point: GridPoint<Axes>) => boolean } = {},
): Grid<GridPoint<Axes>, Made> {
  let points: Record<string, AxisValue>[] = [{}];
  for (const [axis, values] of Object.entries(axes)) {
    checkAxis(axis, values);
    points = points.flatMap((point) => values.map((value) => ({ ...point, [axis]: value })));
  }
  const { where = () => true } = options;
  const kept = (points as GridPoint<Axes>[]).filter(where);
  if (kept.length === 0) {
    throw new RangeError("Cannot make a grid: where() leaves no point, expected at least one");
  }
  return fill(kept, make);
}

/** The readable label of a point, or part of one: "method ew, seed 1". */
export function labelOf(point: { readonly [axis: string]: AxisValue }): string {
  return Object.entries(point).map(([axis, value]) => `${axis} ${nameOf(value)}`).join(", ");
}

/** What {@link grid} made, in row order. */
export class Grid<Point extends object, Made> {
  /** Each point with what was made for it. */
  readonly cells: readonly GridCell<Point, Made>[];

  constructor(cells: readonly GridCell<Point, Made>[]) {
    this.cells = cells;
  }

  /** What was made, in the order of {@link points}. */
  get made(): Made[] {
    return this.cells.map(({ made }) => made);
  }

  /** The points as JSON, for the parameters of a stage that reads all {@link outputs}. */
  get points(): NamedPoint<Point>[] {
    return this.cells.map(({ point }) => namedPoint(point) as NamedPoint<Point>);
  }

  /**
   * The output `name` of every instance, in the order of {@link points}.
   *
   * @throws {TypeError} If one does not have it.
   */
  outputs<Name extends OutputOf<Made>>(name: Name): Artifact[] {
    const fail = (problem: string) => new TypeError(`Cannot list outputs of a grid: ${problem}`);
    return this.cells.map(({ point, made }) => {
      const { outputs } = (made ?? {}) as { readonly outputs?: Readonly<Record<string, Artifact>> };
      if (outputs === undefined) {
        throw fail(`what the point ${quotedLabel(point)} made is no stage, expected a stage with "${name}"`);
      }
      if (!Object.hasOwn(outputs, name)) {
        const names = expectedNames(name, Object.keys(outputs));
        throw fail(`the point ${quotedLabel(point)} has no "${name}", ${names}`);
      }
      return outputs[name];
    });
  }

  /**
   * Aggregates: makes something for each group of points that differ in the given axes only, such as the seeds of a
   * method.
   *
   * @param make Gets what the points of a group share, and its members as a grid over the given axes.
   * @throws {RangeError} If there is no such axis.
   * @throws {TypeError} If two groups make different stages of one name.
   */
  over<Axis extends keyof Point & string, Group>(
    axes: Axis | readonly Axis[],
    make: (point: Omit<Point, Axis>, members: Grid<Pick<Point, Axis>, Made>) => Group,
  ): Grid<Omit<Point, Axis>, Group> {
    const own = Object.keys(this.cells[0].point);
    const within = new Set<string>(typeof axes === "string" ? [axes] : axes);
    for (const axis of within) {
      if (!own.includes(axis)) {
        throw new RangeError(
          `Cannot aggregate a grid over "${axis}": it has no such axis, ${expectedNames(axis, own)}`,
        );
      }
    }
    type Members = GridCell<Pick<Point, Axis>, Made>[];
    const groups = new Map<string, { readonly point: Omit<Point, Axis>; readonly members: Members }>();
    for (const { point, made } of this.cells) {
      const [inside, outside] = split(point, within);
      const key = JSON.stringify(namedPoint(outside));
      const group = groups.getOrInsertComputed(
        key,
        () => ({ point: outside as Omit<Point, Axis>, members: [] }),
      );
      group.members.push({ point: inside as Pick<Point, Axis>, made });
    }
    const members = new Map([...groups.values()].map(({ point, members }) => [point, new Grid(members)]));
    return fill([...members.keys()], (point) => make(point, members.get(point)!));
  }
}

/** Makes a cell for each point, and checks that no two make different stages of one name. */
function fill<Point extends object, Made>(
  points: readonly Point[],
  make: (point: Point) => Made,
): Grid<Point, Made> {
  const makers = new Map<string, { readonly point: Point; readonly made: Made }>();
  return new Grid(points.map((point) => {
    const made = make(point);
    const id = (made as { readonly id?: unknown } | undefined)?.id;
    if (typeof id === "string") {
      const other = makers.getOrInsert(id, { point, made });
      if (other.made !== made) {
        throw new TypeError(
          `Cannot make a grid: the points ${quotedLabel(other.point)} and ${quotedLabel(point)} both make ` +
            `stage "${id}", expected a label for each, such as label: labelOf(point)`,
        );
      }
    }
    return { point, made };
  }));
}

function checkAxis(axis: string, values: readonly AxisValue[]): void {
  const fail = (problem: string) => new RangeError(`Cannot make a grid: axis "${axis}" ${problem}`);
  if (!Array.isArray(values)) throw fail(`is ${describe(values)}, expected a list of values`);
  if (values.length === 0) throw fail("has no values, expected at least one");
  const seen = new Set<string>();
  for (const value of values) {
    const name: unknown = nameOf(value);
    const isPlain = typeof name === "string" || typeof name === "boolean" || Number.isFinite(name);
    if (!isPlain) {
      throw fail(
        `has the value ${
          describe(value)
        }, expected text, a finite number, true, false, or an object with a name`,
      );
    }
    const text = JSON.stringify(name);
    if (seen.has(text)) throw fail(`has ${text} twice, expected distinct values`);
    seen.add(text);
  }
}

function nameOf(value: AxisValue): string | number | boolean {
  return typeof value === "object" ? value?.name : value;
}

function describe(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
}

function namedPoint(point: object): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(point).map(([axis, value]) => [axis, nameOf(value)]));
}

function quotedLabel(point: object): string {
  return `"${labelOf(point as Record<string, AxisValue>)}"`;
}

/** The members of a point that are named in `within`, and the others. */
function split(point: object, within: ReadonlySet<string>): [inside: object, outside: object] {
  const entries = Object.entries(point);
  return [
    Object.fromEntries(entries.filter(([axis]) => within.has(axis))),
    Object.fromEntries(entries.filter(([axis]) => !within.has(axis))),
  ];
}
