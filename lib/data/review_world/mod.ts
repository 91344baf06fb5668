/** A made world of reviews whose meaning and reasons are known. */
export { makeReviewWorld, type ReviewWorld } from "./review_world.ts";
export type { ReviewWorldOptions } from "./options.ts";
export type { RankingReason, ReviewWorldTruth, TrueItem, TrueUser } from "./truth.ts";
export type { Grade, Statement } from "./statement.ts";
export type { ReviewLexicon } from "./lexicon.ts";
