import { basename } from "node:path";
import { amazonReviews } from "./amazon.ts";
import { csvReviews } from "./csv.ts";
import type { ReviewFormat } from "./formats.ts";
import { rateBeerReviews } from "./ratebeer.ts";
import { type FoundReview, MalformedRecord } from "./record.ts";
import { ReadReport } from "./report.ts";
import type { Review } from "../review.ts";
import { isPooledUser, pseudonym, type RawReview } from "./raw_review.ts";
import { tripAdvisorReviews } from "./tripadvisor.ts";
import { yelpReviews } from "./yelp.ts";

export interface ReadReviewsOptions {
  readonly format: ReviewFormat;
  /** Category of items whose records name none. */
  readonly category: string;
  /** Filled in while the reviews are read. */
  readonly report?: ReadReport;
}

const formats: Record<ReviewFormat, (path: string) => AsyncIterable<FoundReview>> = {
  amazon: amazonReviews,
  ratebeer: rateBeerReviews,
  tripadvisor: tripAdvisorReviews,
  yelp: yelpReviews,
  csv: csvReviews,
};

/**
 * Streams the reviews of some files, in their order, in memory that grows with the longest record alone (TripAdvisor:
 * with the largest hotel); names that end in `.gz` are decompressed.
 *
 * Names of reviewers never get out: where a source has no ids, a name becomes a pseudonym. Reviews without text and those
 * of pooled users ("A TripAdvisor Member") are left out. Malformed records are skipped; all three are counted in `report`.
 *
 * @throws {DataFormatError} More than 1% of the records are malformed (the message lists the first lines); no records; a
 *   damaged gzip; no UTF-8.
 */
export async function* readReviews(
  paths: readonly string[],
  { format, category, report = new ReadReport() }: ReadReviewsOptions,
): AsyncGenerator<Review> {
  const seen = new Map<string, number>();
  for (const path of paths) {
    for await (const { line, found } of formats[format](path)) {
      report.records++;
      if (found instanceof MalformedRecord) {
        report.reject(basename(path), line, found.problem);
        continue;
      }
      const problem = problemOf(found);
      if (problem !== undefined) {
        report.reject(basename(path), line, problem);
      } else if (isPooledUser(found.userName ?? found.user ?? "")) {
        report.drop("pooled user");
      } else if (found.text!.trim() === "") {
        report.drop("empty text");
      } else {
        report.reviews++;
        yield complete(found, category, seen);
      }
    }
  }
  report.check(paths.map((path) => basename(path)).join(", "));
}

/** What keeps a record from being a review. */
function problemOf({ user, userName, item, rating, text }: RawReview): string | undefined {
  if (!(user ?? userName)?.trim()) return "no user";
  if (!item?.trim()) return "no item";
  if (rating === undefined || !(rating >= 0 && rating <= 5)) return "no rating from 0 to 5";
  if (text === undefined) return "no text";
  return undefined;
}

function complete(found: RawReview, category: string, seen: Map<string, number>): Review {
  const { userName, time, helpful, aspectRatings } = found;
  const user = found.user?.trim() || pseudonym(userName!), item = found.item!.trim();
  const id = found.id ?? `${user}/${item}`;
  const times = (seen.get(id) ?? 0) + 1;
  seen.set(id, times);
  return {
    id: times === 1 ? id : `${id}#${times}`,
    user,
    item,
    category: found.category?.trim() || category,
    rating: found.rating!,
    text: found.text!.trim(),
    ...Number.isFinite(time) && { time },
    ...helpful && { helpful },
    ...aspectRatings && { aspectRatings },
  };
}
