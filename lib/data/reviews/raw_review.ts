import { createHash } from "node:crypto";
import type { Review } from "../review.ts";

/** The parts of a {@link Review} as a source gives them; what is missing is checked by the reader. */
export interface RawReview extends Partial<Omit<Review, "user">> {
  /** Id of the reviewer, where the source has one. */
  readonly user?: string;
  /** Name of the reviewer, where the source has no id: becomes a pseudonym. */
  readonly userName?: string;
}

/** A stable id that stands for a reviewer's name: sources without ids would otherwise put names into every file. */
export function pseudonym(name: string): string {
  return `u-${createHash("sha256").update(name.trim()).digest("hex").slice(0, 16)}`;
}

/**
 * Whether a name stands for many people at once, as sources write when an account is gone: such a "user" has no taste of
 * its own.
 */
export function isPooledUser(name: string): boolean {
  return pooled.test(name.trim());
}

const pooled =
  /^(?:an? (?:trip\s?advisor|amazon|yelp|ratebeer) (?:member|customer|user)|(?:trip\s?advisor|amazon|yelp|ratebeer)[ _](?:member|customer|user)|kindle customer|anonymous|guest|deleted(?: user)?|unknown)$/i;
