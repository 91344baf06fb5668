import { readTextLines } from "../text_lines.ts";
import { type FoundReview, MalformedRecord, numberOf, parseObject, secondsOf, textOf } from "./record.ts";
import type { RawReview } from "./raw_review.ts";

/**
 * TripAdvisor reviews, one JSON file a hotel: `HotelInfo.HotelID` and `Reviews` with `ReviewID`, `Author`, `Content`,
 * `Date`, `Ratings.Overall` and the ratings of aspects, such as `Ratings.Rooms`, where the author gave them. Authors
 * become pseudonyms. The line of a record is its number in the file.
 *
 * Source: Wang, Lu & Zhai, "Latent Aspect Rating Analysis without Aspect Keyword Supervision", KDD 2011.
 */
export async function* tripAdvisorReviews(path: string): AsyncGenerator<FoundReview> {
  const file = parseObject((await Array.fromAsync(readTextLines(path))).join("\n"));
  if (file instanceof MalformedRecord) {
    yield { line: 1, found: file };
    return;
  }
  const item = String((file.HotelInfo as Record<string, unknown> | undefined)?.HotelID ?? "");
  const reviews = Array.isArray(file.Reviews) ? file.Reviews : [];
  for (const [i, review] of reviews.entries()) {
    yield {
      line: i + 1,
      found: typeof review === "object" && review !== null
        ? reviewOf(item, review as Record<string, unknown>)
        : new MalformedRecord("no JSON object"),
    };
  }
}

function reviewOf(item: string, review: Record<string, unknown>): RawReview {
  const ratings = (review.Ratings ?? {}) as Record<string, unknown>;
  const aspectRatings = aspectRatingsOf(ratings);
  return {
    id: textOf(review.ReviewID),
    userName: textOf(review.Author),
    item,
    rating: numberOf(ratings.Overall),
    text: textOf(review.Content),
    time: secondsOf(review.Date),
    ...Object.keys(aspectRatings).length > 0 && { aspectRatings },
  };
}

/** Names of the aspects, by the member of `Ratings`. */
const aspects: Readonly<Record<string, string>> = {
  "Value": "value",
  "Rooms": "rooms",
  "Location": "location",
  "Cleanliness": "cleanliness",
  "Check in / front desk": "front desk",
  "Service": "service",
  "Sleep Quality": "sleep quality",
  "Business service (e.g., internet access)": "business service",
};

/** The aspects with stars from 1 to 5; files write -1 where there are none. */
function aspectRatingsOf(ratings: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(aspects).flatMap(([member, name]) => {
      const stars = numberOf(ratings[member]);
      return stars !== undefined && stars >= 1 && stars <= 5 ? [[name, stars]] : [];
    }),
  );
}
