import { type RankedList, tiesOf } from "./ranked_list.ts";

/**
 * Where the first relevant item of a list stands: `chances[j]` is the chance that it is at place `start + j` (from 0)
 * when items of equal score are ordered at random. Undefined for a list without relevant items.
 *
 * With t tied items of which r are relevant, place j of the tie is the first with chance
 * `r / (t - j) prod_{i<j} (t - i - r) / (t - i)`.
 */
export function firstRelevant(
  list: RankedList,
): { readonly start: number; readonly chances: readonly number[] } | undefined {
  for (const { start, relevance } of tiesOf(list)) {
    const t = relevance.length, r = relevance.filter((rel) => rel > 0).length;
    if (r === 0) continue;
    let none = 1;
    const chances = Array.from({ length: t - r + 1 }, (_, j) => {
      const here = none * r / (t - j);
      none *= (t - j - r) / (t - j);
      return here;
    });
    return { start, chances };
  }
}
