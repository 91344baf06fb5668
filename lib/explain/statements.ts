import type { Statement } from "../eval/mod.ts";

/** Distance in words up to which an opinion word belongs to an attribute. */
const reach = 4;

/**
 * The attribute-opinion statements of a sentence: each attribute with the opinion word nearest to it, up to four words
 * away, the one before it of two that are as near. Attributes without an opinion state nothing.
 */
export function statementsOf(
  item: string,
  words: readonly string[],
  attributes: ReadonlySet<string>,
  opinions: ReadonlySet<string>,
): Statement[] {
  const places = words.flatMap((word, i) => opinions.has(word) ? [i] : []);
  return words.flatMap((attribute, i) => {
    if (!attributes.has(attribute) || places.length === 0) return [];
    const nearest = places.reduce((a, b) => Math.abs(b - i) < Math.abs(a - i) ? b : a);
    const distance = Math.abs(nearest - i);
    return distance === 0 || distance > reach ? [] : [{ item, attribute, opinion: words[nearest] }];
  });
}
