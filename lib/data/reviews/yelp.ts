import { readTextLines } from "../text_lines.ts";
import { type FoundReview, MalformedRecord, numberOf, parseObject, secondsOf, textOf } from "./record.ts";

/**
 * The reviews of the Yelp Open Dataset, one JSON object a line: `review_id`, `user_id`, `business_id`, `stars`, `text`,
 * `date`. Votes are not read: they have no total.
 */
export async function* yelpReviews(path: string): AsyncGenerator<FoundReview> {
  let line = 0;
  for await (const text of readTextLines(path)) {
    line++;
    if (text.trim() === "") continue;
    const record = parseObject(text);
    yield {
      line,
      found: record instanceof MalformedRecord ? record : {
        id: textOf(record.review_id),
        user: textOf(record.user_id),
        item: textOf(record.business_id),
        rating: numberOf(record.stars),
        text: textOf(record.text),
        time: secondsOf(record.date),
      },
    };
  }
}
