import * as v from "valibot";
import type { MethodDefinition } from "./definition.ts";
import { expectedNames } from "../text/mod.ts";

/**
 * Options of a method, checked and with defaults filled in.
 *
 * @throws {RangeError} If an option is unknown, missing or out of its range, naming it and what would do.
 */
export function checkedOptions(
  method: MethodDefinition,
  options: Record<string, unknown>,
): Record<string, unknown> {
  const known = Object.keys(method.options);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot create balancer '${method.name}': there is no option '${unknown}', ` +
        expectedNames(unknown, known),
    );
  }
  const parsed = v.safeParse(v.object(method.options), options);
  if (parsed.success) return method.resolve?.(parsed.output) ?? parsed.output;
  const [issue] = parsed.issues;
  // A missing key has no schema of its own to say what it expects.
  const expected = issue.input === undefined ? "a value" : issue.expected ?? issue.message;
  throw new RangeError(
    `Cannot create balancer '${method.name}': option '${v.getDotPath(issue)}' is ${show(issue.input)}, ` +
      `expected ${expected}`,
  );
}

/** JSON, but for what it has no word for: NaN, infinities, undefined. */
function show(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
}
