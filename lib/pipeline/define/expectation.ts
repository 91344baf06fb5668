import type * as v from "valibot";
import { expectedNames, nearestNames } from "../../text/mod.ts";

/** What is read here of a schema of valibot: its kind, and the schemas in it. */
interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  /** Of a list. */
  readonly item?: Schema;
  /** Of what may be left out. */
  readonly wrapped?: Schema;
  /** Schemas of a union, values of a picklist. */
  readonly options?: readonly unknown[];
  /** The schema itself and what is checked after it. */
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

type Key = string | number;

/** More values than these are not all listed where some are near. */
const valuesToList = 6;

/** The checks of which {@link describe} speaks. */
const wordedChecks: ReadonlySet<string> = new Set([
  ...["integer", "safe_integer", "min_value", "max_value", "gt_value", "lt_value"],
  ...["min_length", "max_length", "length"],
]);

/** What is wrong with a parameter: 'parameter "epochs" is 0, expected an integer of at least 1'. */
export function describeIssue(root: v.GenericSchema, issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map(({ key }) => key as Key) ?? [];
  const schema = keys.reduce(memberAt, root as unknown as Schema | undefined);
  const expected = describe(schema) ?? issue.expected ?? "another value";
  if (issue.input === undefined) return `parameter "${pathText(keys)}" is missing, expected ${expected}`;
  const subject = keys.length === 0 ? "the object of parameters" : `parameter "${pathText(keys)}"`;
  const problem = `${subject} is ${valueText(issue.input)}`;
  // The words of the schema's author, or of valibot for a check that describe() does not word, say more.
  const isWorded = issue.kind === "schema" || wordedChecks.has(issue.type);
  if (!isWorded || !issue.message.startsWith("Invalid ")) return `${problem}: ${issue.message}`;
  const { type, options = [] } = schema === undefined ? { type: "" } : unwrap(schema);
  if (type === "picklist" && options.length > valuesToList && typeof issue.input === "string") {
    return `${problem}, ${expectedNames(issue.input, options.map(String))}`;
  }
  return `${problem}, expected ${expected}`;
}

/**
 * The first member of `value` that `schema` does not know, at any depth, as "config.epohcs", and the names that it
 * knows there. Valibot would drop it in silence.
 */
export function findUnknown(
  schema: v.GenericSchema,
  value: object,
): { readonly path: string; readonly expected: string } | undefined {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    const { entries = {} } = schema as unknown as Schema;
    shape = { members: shapesOf(entries) };
    shapes.set(schema, shape);
  }
  const found = unknownIn(shape, value);
  if (found === undefined) return undefined;
  const { keys, names } = found;
  const name = String(keys.at(-1));
  const near = nearestNames(name, names);
  const parents = keys.slice(0, -1);
  const expected = (near.length > 0 ? near : names).map((other) => `'${pathText([...parents, other])}'`);
  return {
    path: pathText(keys),
    expected: expected.length === 0 ? "expected none" : `expected ${expected.join(" or ")}`,
  };
}

/** Where a schema has objects whose members are all known: in a list, or by name; null where it has none. */
type Shape = { readonly item: Shape } | { readonly members: ReadonlyMap<string, Shape> } | null;

/** By schema: a stage has one, and thousands of instances that are checked against it. */
const shapes = new WeakMap<object, Shape>();

function shapeOf(schema: Schema): Shape {
  const { type, entries, item } = unwrap(schema);
  if (/^(strict_)?object$/.test(type) && entries !== undefined) return { members: shapesOf(entries) };
  if (type !== "array" || item === undefined) return null;
  const shape = shapeOf(item);
  return shape === null ? null : { item: shape };
}

function shapesOf(entries: Readonly<Record<string, Schema>>): Map<string, Shape> {
  return new Map(Object.entries(entries).map(([name, member]) => [name, shapeOf(member)]));
}

function unknownIn(
  shape: Shape,
  value: unknown,
): { readonly keys: readonly Key[]; readonly names: readonly string[] } | undefined {
  if (shape === null || typeof value !== "object" || value === null) return undefined;
  if ("item" in shape) {
    if (!Array.isArray(value)) return undefined;
    for (const [i, member] of value.entries()) {
      const found = unknownIn(shape.item, member);
      if (found !== undefined) return { ...found, keys: [i, ...found.keys] };
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    const member = shape.members.get(key);
    if (member === undefined) return { keys: [key], names: [...shape.members.keys()] };
    if (member === null) continue;
    const found = unknownIn(member, (value as Record<string, unknown>)[key]);
    if (found !== undefined) return { ...found, keys: [key, ...found.keys] };
  }
  return undefined;
}

/** The schema of what may be left out. */
function unwrap(schema: Schema): Schema {
  let inner = schema;
  while (inner.wrapped !== undefined) inner = inner.wrapped;
  return inner;
}

function memberAt(schema: Schema | undefined, key: Key): Schema | undefined {
  if (schema === undefined) return undefined;
  const { entries, item } = unwrap(schema);
  return typeof key === "number" ? item : entries?.[key];
}

/** "an integer from 1 to 10", "'quick' or 'full'"; undefined where the schema is of a kind that has no words here. */
function describe(schema: Schema | undefined): string | undefined {
  if (schema === undefined) return undefined;
  const { type, options = [], pipe = [] } = unwrap(schema);
  const limit = (name: string) => pipe.find((check) => check.type === name)?.requirement;
  if (type === "picklist") {
    return options.map((option) => typeof option === "string" ? `'${option}'` : String(option)).join(" or ");
  }
  if (type === "union") {
    const parts = options.map((option) => describe(option as Schema));
    return parts.includes(undefined) ? undefined : [...new Set(parts)].join(" or ");
  }
  if (type === "number") {
    const isWhole = pipe.some((check) => check.type === "integer" || check.type === "safe_integer");
    const [noun, above, below] = [isWhole ? "an integer" : "a number", limit("gt_value"), limit("lt_value")];
    const open = [above === undefined ? "" : ` above ${above}`, below === undefined ? "" : ` below ${below}`];
    return noun + rangeText(limit("min_value"), limit("max_value")) +
      open.filter((text) => text !== "").join(" and");
  }
  const [least, most, exact] = [limit("min_length"), limit("max_length"), limit("length")];
  const lengths = rangeText(least, most, exact);
  const plural = (exact ?? most ?? least) === 1 ? "" : "s";
  if (type === "array") return lengths === "" ? "a list" : `a list${lengths} item${plural}`;
  if (type === "string") return lengths === "" ? "text" : `text${lengths} character${plural}`;
  return type === "boolean" ? "true or false" : /object$/.test(type) ? "an object" : undefined;
}

function rangeText(least: unknown, most: unknown, exact?: unknown): string {
  if (exact !== undefined) return ` of ${exact}`;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? "" : ` of at most ${most}`;
}

/** "config.layers[2].size". */
function pathText(keys: readonly Key[]): string {
  return keys.map((key, i) => typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`).join("");
}

/** A value as JSON where there is one, in a few words. */
function valueText(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
