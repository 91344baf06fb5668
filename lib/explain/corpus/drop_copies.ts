import { wordsOf } from "../text/words.ts";

/** Words from which on two equal texts are no chance. */
const telling = 10;

/**
 * Drops reviews that repeat an earlier one: a text of ten words or more that anybody wrote before, of any item, and a
 * shorter one that the same user wrote of the same item. Copies in training and test would hand out the answers. Texts
 * are equal if their words are.
 *
 * @returns The reviews that stay, in their order.
 */
export function dropCopies<R extends { readonly user: string; readonly item: string; readonly text: string }>(
  reviews: readonly R[],
): R[] {
  const seen = new Set<string>();
  return reviews.filter(({ user, item, text }) => {
    const words = wordsOf(text);
    const key = words.length >= telling ? words.join(" ") : JSON.stringify([user, item, words]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
