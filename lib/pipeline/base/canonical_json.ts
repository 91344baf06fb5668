/** A value that survives JSON unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** An object that survives JSON unchanged. */
export type JsonObject = { readonly [name: string]: Json };

/**
 * Writes `value` as JSON in one way only: object members sorted by name, no white space, absent members left out.
 * Two values that mean the same have the same text, so the text can be hashed.
 *
 * @param path How messages name `value`.
 * @throws {TypeError} For what JSON would change or drop: NaN, Infinity, bigint, functions, dates, maps, holes.
 */
export function canonicalJson(value: unknown, path: string = "value"): string {
  switch (typeof value) {
    case "boolean":
    case "string":
      return JSON.stringify(value);
    case "number":
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) {
        return `[${Array.from(value, (item, i) => canonicalJson(item, `${path}[${i}]`)).join(",")}]`;
      }
      if (isPlainObject(value)) {
        const members = Object.keys(value).filter((name) => value[name] !== undefined).sort();
        return `{${
          members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name], `${path}.${name}`)}`)
            .join(",")
        }}`;
      }
  }
  throw new TypeError(`Cannot write ${path} as JSON: it is ${describe(value)}, expected a plain JSON value`);
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "foreign object"}`;
  return typeof value === "function" ? "a function" : String(value);
}
