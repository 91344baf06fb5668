import assert from "node:assert/strict";
import fc from "fast-check";
import {
  aspectsOfReviews,
  createRatingEvidence,
  evidenceNames,
  fitOpinionPolarity,
  sentimentOf,
} from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";

const aspects = (of: Record<string, string[]> = {}) => new Map(Object.entries(of));
const rated = (user: string, item: string, rating: number, of: Record<string, string[]> = {}) => ({
  ...{ user, item, rating },
  aspects: aspects(of),
});

Deno.test("a review speaks of its attributes, each with the opinions said of it", () => {
  const review = { id: "r", user: "u", item: "i", category: "c", rating: 4, split: "train" as const };
  const sentence = (review: number, text: string) => ({ id: "s", review, text, words: text.split(" ") });
  const corpus = {
    reviews: [review, { ...review, id: "q" }],
    sentences: [
      sentence(0, "the tone is warm"),
      sentence(0, "a bright tone but the case came with no strap"),
      sentence(1, "nothing of it"),
    ],
  };
  assert.deepEqual(
    aspectsOfReviews(corpus, new Set(["tone", "case", "strap"]), new Set(["warm", "bright"])),
    [
      aspects({ tone: ["warm", "bright"], case: ["bright"], strap: [] }),
      aspects(),
    ],
  );
});

Deno.test("an opinion is worth the stars of the reviews that use it, shrunk, each review once", () => {
  const polarity = fitOpinionPolarity([
    rated("a", "x", 5, { tone: ["warm", "warm"], case: ["warm"] }),
    rated("b", "x", 4, { tone: ["warm", "thin"] }),
    rated("c", "x", 1, { tone: ["thin"] }),
    rated("d", "x", 2),
  ], 2);
  // The mean is 3.
  close(polarity.get("warm")!, (2 + 1) / (2 + 2));
  close(polarity.get("thin")!, (1 - 2) / (2 + 2));
  close(sentimentOf(["warm", "thin", "unheard"], polarity)!, (0.75 - 0.25) / 2);
  assert.equal(sentimentOf(["unheard"], polarity), undefined);
});

const polarity = new Map([["good", 1], ["bad", -1]]);
const shrinkage = { item: 1, user: 2 };

Deno.test("evidence by hand: biases, counts, sentiment, and how well the item meets the user's interests", () => {
  const source = createRatingEvidence([
    rated("a", "x", 5, { tone: ["good"], case: ["bad"] }),
    rated("b", "x", 3, { tone: ["good"] }),
    rated("a", "y", 1, { tone: ["bad"], strap: [] }),
  ], { shrinkage, polarity });
  close(source.mean, 3);
  const { itemBias, userBias, itemReviews, userReviews, itemSentiment, aspectMatch } = source.of("b", "y");
  // y: (1 - 3) / (1 + 1). b gave x a 3, which without it has (5 - 3) / (1 + 1): 3 - 3 - 1 over 2 + 1.
  close(itemBias, -1);
  close(userBias, -1 / 3);
  assert.deepEqual([itemReviews, userReviews], [1, 1]);
  // One bad statement about y, of the tone, which is all that b speaks of.
  close(itemSentiment, -1 / 11);
  close(aspectMatch, (-1 + 1 / 11) / (3 + 1));
});

Deno.test("nothing is known of strangers, and the user's own review of the item does not count", () => {
  /** A stranger's review of another item keeps the mean as it is. */
  const evidence = (rating: number, opinion: string) =>
    createRatingEvidence([
      rated("a", "x", rating, { tone: [opinion], case: [opinion] }),
      rated("c", "z", 6 - rating),
      rated("b", "x", 3, { tone: ["bad"] }),
      rated("b", "y", 2, { tone: ["bad"] }),
      rated("a", "y", 1, { tone: ["good"] }),
    ], { shrinkage, polarity });
  const source = evidence(5, "good"), known = source.of("a", "x");
  assert.deepEqual(Object.values(source.of("nobody", "nothing")), evidenceNames.map(() => 0));
  assert.ok(Object.values(known).every((value) => value !== 0), "there is something to know");
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.constantFrom("good", "bad"), (rating, opinion) => {
    const found = evidence(rating, opinion).of("a", "x");
    for (const name of evidenceNames) close(found[name], known[name], 1e-12, name);
  }));
});

Deno.test("evidence of no reviews is refused", () => {
  assert.throws(() => createRatingEvidence([], { shrinkage, polarity }), {
    name: "RangeError",
    message: "Cannot draw evidence from reviews: there are none, expected at least one",
  });
});
