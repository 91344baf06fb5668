import { balancerNames, createBalancer } from "./registry.ts";

/** A balancer and its options, as a text names them: "mgda", "cagrad(c=1)", "static(weights=[2,1])". */
export interface NamedBalancer {
  /** The text itself. */
  readonly text: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads one balancer: a name of `balancerNames`, with options in parentheses where they differ from the defaults.
 * Values are JSON, or else plain text: `mgda(normalize=l2)`.
 *
 * @throws {RangeError} If the text is malformed, or `createBalancer` refuses what it says.
 */
export function parseBalancer(text: string): NamedBalancer {
  const match = /^\s*([^\s()=,]+)\s*(?:\((.*)\))?\s*$/s.exec(text);
  if (match === null) {
    throw new RangeError(
      `Cannot read balancer '${text.trim()}': it is malformed, ` +
        `expected a name such as 'mgda', or 'cagrad(c=1)' with options`,
    );
  }
  const [, name, list] = match;
  const options = Object.fromEntries(splitList(list ?? "").map((part) => option(text, part)));
  createBalancer(name, options);
  return { text: text.trim(), name, options };
}

/**
 * Reads a list of balancers, parted by commas: `mgda,cagrad(c=1,rescale=1)`.
 *
 * @throws {RangeError} As {@link parseBalancer}, or if the list is empty.
 */
export function parseBalancers(text: string): NamedBalancer[] {
  const parts = splitList(text);
  if (parts.length === 0) {
    throw new RangeError(
      `Cannot read balancers: the list is empty, expected names such as ${balancerNames[0]}`,
    );
  }
  return parts.map(parseBalancer);
}

function option(text: string, part: string): [string, unknown] {
  const equals = part.indexOf("=");
  if (equals < 1) {
    throw new RangeError(
      `Cannot read balancer '${text.trim()}': '${part}' has no value, expected option=value`,
    );
  }
  const value = part.slice(equals + 1).trim();
  try {
    return [part.slice(0, equals).trim(), JSON.parse(value)];
  } catch {
    return [part.slice(0, equals).trim(), value];
  }
}

/** The parts between the commas that no bracket encloses. */
function splitList(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if ("([{".includes(letter)) depth++;
    if (")]}".includes(letter)) depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/**
 * Every method of `balancerNames` with its default options, and the reasons why some have none: `static` must be
 * told its weights.
 */
export function defaultBalancers(): {
  readonly balancers: NamedBalancer[];
  readonly leftOut: { readonly name: string; readonly reason: string }[];
} {
  const balancers: NamedBalancer[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const name of balancerNames) {
    try {
      balancers.push(parseBalancer(name));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      leftOut.push({ name, reason: error.message });
    }
  }
  return { balancers, leftOut };
}
