import { checkedGram } from "./checked_step.ts";
import { symmetricEigen } from "./solvers/symmetric_eigen.ts";
import { expectedNames } from "../text/mod.ts";

/** A Gram matrix that someone wrote down, checked, and the losses that came with it. */
export interface GivenGram {
  readonly tasks: number;
  /** [tasks, tasks], row-major, exactly symmetric, positive semidefinite up to {@link INDEFINITE}. */
  readonly gram: Float64Array;
  /** [tasks], where they were given. */
  readonly losses?: Float64Array;
}

/** How negative an eigenvalue may be, relative to the largest: what float32 products leave of a zero. */
const INDEFINITE = 1e-5;

/**
 * Reads a Gram matrix from JSON: an array of rows, one flat row-major array, or an object with either as `gram` and
 * perhaps `losses`.
 *
 * @param value Parsed JSON.
 * @param action What cannot be done otherwise, such as "Cannot read gram.json": the beginning of every message.
 * @throws {TypeError} If it is none of the three.
 * @throws {RangeError} If it is not square, not finite, not symmetric, has a negative diagonal or eigenvalue, or there
 *   are more or fewer losses than tasks.
 */
export function readGram(value: unknown, action: string): GivenGram {
  const members = Array.isArray(value) ? { gram: value } : value;
  if (typeof members !== "object" || members === null || !("gram" in members)) {
    throw new TypeError(
      `${action}: it is ${kindOf(value)}, expected an array of rows, a flat array, or an object with "gram"`,
    );
  }
  const unknown = Object.keys(members).find((key) => key !== "gram" && key !== "losses");
  if (unknown !== undefined) {
    throw new TypeError(
      `${action}: it has a member "${unknown}", ${expectedNames(unknown, ["gram", "losses"])}`,
    );
  }
  const given = members.gram;
  if (!Array.isArray(given)) {
    throw new TypeError(`${action}: "gram" is ${kindOf(given)}, expected an array of rows or a flat array`);
  }
  const { tasks, elements } = given.some(Array.isArray) ? fromRows(given, action) : fromFlat(given, action);
  const gram = checkedGram(elements, tasks, action);
  checkSemidefinite(elements, tasks, action);
  return "losses" in members
    ? { tasks, gram, losses: readLosses(members.losses, tasks, action) }
    : { tasks, gram };
}

/**
 * Losses from an array of numbers, one a task.
 *
 * @param action As in {@link readGram}.
 * @throws {TypeError} If it is no array of numbers.
 * @throws {RangeError} If there are not `tasks` of them, all finite.
 */
export function readLosses(value: unknown, tasks: number, action: string): Float64Array {
  if (!Array.isArray(value)) {
    throw new TypeError(`${action}: "losses" is ${kindOf(value)}, expected an array of numbers`);
  }
  if (value.length !== tasks) {
    throw new RangeError(`${action}: there are ${value.length} losses, expected ${tasks}, one a task`);
  }
  return Float64Array.from(value, (loss, i) => finite(loss, `loss ${i}`, action));
}

function fromRows(rows: readonly unknown[], action: string) {
  const tasks = rows.length;
  const elements = rows.flatMap((row, i) => {
    if (!Array.isArray(row)) {
      throw new TypeError(`${action}: row ${i} is ${kindOf(row)}, expected an array of ${tasks} numbers`);
    }
    if (row.length !== tasks) {
      throw new RangeError(
        `${action}: row ${i} has ${row.length} elements, expected ${tasks}, as many as there are rows`,
      );
    }
    return row.map((element, j) => finite(element, `gram[${i},${j}]`, action));
  });
  return { tasks, elements: Float64Array.from(elements) };
}

function fromFlat(elements: readonly unknown[], action: string) {
  const tasks = Math.round(Math.sqrt(elements.length));
  if (tasks === 0 || tasks * tasks !== elements.length) {
    throw new RangeError(
      `${action}: there are ${elements.length} elements, expected a square number of them, one a pair of tasks`,
    );
  }
  const name = (at: number) => `gram[${Math.floor(at / tasks)},${at % tasks}]`;
  return { tasks, elements: Float64Array.from(elements, (element, at) => finite(element, name(at), action)) };
}

function finite(value: unknown, name: string, action: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const shown = typeof value === "number" ? value : JSON.stringify(value);
  throw new RangeError(`${action}: ${name} is ${shown}, expected a finite number`);
}

/** G = J J^T of some rows has no negative eigenvalue. Judged on what was given, symmetric up to rounding. */
function checkSemidefinite(elements: Float64Array, tasks: number, action: string): void {
  const upper = elements.map((element, at) => {
    const i = Math.floor(at / tasks), j = at % tasks;
    return i <= j ? element : elements[j * tasks + i];
  });
  const { values } = symmetricEigen(upper, tasks);
  const least = Math.min(...values), largest = Math.max(...values);
  if (least < -INDEFINITE * largest || (largest <= 0 && least < 0)) {
    throw new RangeError(
      `${action}: its smallest eigenvalue is ${least.toPrecision(4)}, expected none below 0: ` +
        `no gradients have such products`,
    );
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
