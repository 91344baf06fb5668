import { nearestNames } from "../../text/mod.ts";
import type { ItemFallback, UserFallback } from "./answer.ts";

/** Of a user whose taste is not known: `known` if there are reviews of the user, none of them for training. */
export function userFallback(user: string, known: boolean, users: readonly string[]): UserFallback {
  const nearest = known ? [] : nearestNames(user, users);
  const near = nearest.length > 0 ? ` (nearest: ${nearest.map((name) => `'${name}'`).join(", ")})` : "";
  return {
    kind: known ? "no-history" : "unknown-user",
    message:
      `user '${user}' ${
        known ? "has no training reviews" : `is unknown${near}`
      }: items are ranked by their ` +
      "average stars and explained without comparison",
    nearest,
  };
}

export const noCandidates: ItemFallback = {
  kind: "no-candidates",
  message: "nobody else wrote a sentence about it: it is rated but not explained",
};

export const noWords: ItemFallback = {
  kind: "no-words",
  message: "the explainer wrote no words: instead it has the sentence that they would have been written from",
};

export const noReferences: ItemFallback = {
  kind: "no-references",
  message:
    "the user wrote no sentence about another item: instead of a comparison it has the sentence that says most " +
    "of what all say",
};

export function otherCategories(category: string): ItemFallback {
  return {
    kind: "other-categories",
    message:
      `the user reviewed nothing else in category '${category}': it is compared with items of other categories`,
  };
}
