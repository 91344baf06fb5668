import { statementsOf } from "../statements.ts";
import type { StatedAttribute } from "./answer.ts";

/** The words that attributes and opinions are found by. */
export interface StatementWords {
  readonly attributes: ReadonlySet<string>;
  readonly opinions: ReadonlySet<string>;
}

/** The attributes of a sentence in the order of its words, each with an opinion if one is near; none twice. */
export function statedAttributes(
  words: readonly string[],
  { attributes, opinions }: StatementWords,
): StatedAttribute[] {
  const stated = Map.groupBy(statementsOf("", words, attributes, opinions), ({ attribute }) => attribute);
  const named = new Set(words.filter((word) => attributes.has(word)));
  return [...named].flatMap((attribute): StatedAttribute[] => {
    const found = new Set(stated.get(attribute)?.map(({ opinion }) => opinion));
    return found.size === 0
      ? [{ attribute, opinion: null }]
      : [...found].map((opinion) => ({ attribute, opinion }));
  });
}
