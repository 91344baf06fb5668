import type { ReviewSplit } from "../../../lib/explain/mod.ts";

/** A corpus of reviews of one sentence each, with the ids "r0:0", "r1:0", ... */
export function tinyCorpus(
  reviews: readonly { readonly item: string; readonly split: ReviewSplit; readonly text: string }[],
) {
  return {
    reviews: reviews.map(({ item, split }, r) => (
      { id: `r${r}`, user: `u${r}`, category: "all", rating: 5, item, split }
    )),
    sentences: reviews.map(({ text }, r) => ({ id: `r${r}:0`, review: r, text, words: text.split(" ") })),
    attributes: ["tone", "neck", "price"],
    opinions: ["warm", "long", "fair"],
  };
}
