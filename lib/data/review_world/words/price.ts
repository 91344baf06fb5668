import type { AspectWords } from "./category_words.ts";

/** What an item costs, in every category. */
export const price: AspectWords = {
  name: "price",
  nouns: "price, pricing, price tag, value for money",
  good: ["tolerable, justified", "fair, competitive, modest, sensible", "unbeatable, ridiculously low!"],
  bad: [
    "steep, on the high side!",
    "excessive, unjustified, inflated",
    "outrageous, scandalous, extortionate",
  ],
  better: "fairer, more competitive",
  worse: "less justified, steeper",
  soGood: [
    "so I did not think twice",
    "and that hardly ever happens these days",
    "so my wallet survived",
    "and I checked twice to be sure",
  ],
  soBad: [
    "and I wonder who pays that without blinking",
    "so I would only pay half of it",
    "and my wallet still hurts",
    "so I will look for a discount next time",
  ],
};
