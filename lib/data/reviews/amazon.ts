import { readTextLines } from "../text_lines.ts";
import { type FoundReview, MalformedRecord, numberOf, parseObject, textOf } from "./record.ts";

/**
 * Amazon product reviews, one JSON object a line, as in the 5-core files: `reviewerID`, `asin`, `overall` (1 to 5),
 * `reviewText`, `helpful` [helpful, votes], `unixReviewTime`. `reviewerName` and `summary` are not read.
 *
 * Source: McAuley et al., "Image-based Recommendations on Styles and Substitutes", SIGIR 2015.
 */
export async function* amazonReviews(path: string): AsyncGenerator<FoundReview> {
  let line = 0;
  for await (const text of readTextLines(path)) {
    line++;
    if (text.trim() === "") continue;
    const record = parseObject(text);
    yield { line, found: record instanceof MalformedRecord ? record : reviewOf(record) };
  }
}

function reviewOf(record: Record<string, unknown>) {
  const votes = Array.isArray(record.helpful) ? record.helpful.map(Number) : [];
  return {
    user: textOf(record.reviewerID),
    item: textOf(record.asin),
    rating: numberOf(record.overall),
    text: textOf(record.reviewText),
    time: numberOf(record.unixReviewTime),
    ...votes.length === 2 && votes.every((count) => count >= 0) &&
      { helpful: [votes[0], votes[1]] as [number, number] },
  };
}
