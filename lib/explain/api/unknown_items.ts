import { nearestNames } from "../../text/mod.ts";
import type { UnknownItem } from "./answer.ts";

/** None of the items that were asked for is known. */
export class UnknownItemsError extends RangeError {
  override readonly name = "UnknownItemsError";
  readonly unknown: readonly UnknownItem[];

  constructor(unknown: readonly UnknownItem[]) {
    super(unknown.map(({ message }) => message).join("\n"));
    this.unknown = unknown;
  }
}

/** What is said of an item that is not among `known`, of which there is at least one. */
export function unknownItem(item: string, known: readonly string[]): UnknownItem {
  const nearest = nearestNames(item, known);
  const quoted = nearest.map((name) => `'${name}'`).join(" or ");
  const expected = nearest.length > 0 ? quoted : `one of ${known.length} items such as '${known[0]}'`;
  return { item, nearest, message: `Cannot explain item '${item}': it is unknown, expected ${expected}` };
}
