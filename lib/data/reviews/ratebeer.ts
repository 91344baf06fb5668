import { readTextLines } from "../text_lines.ts";
import { type FoundReview, MalformedRecord, numberOf } from "./record.ts";
import type { RawReview } from "./raw_review.ts";

/**
 * RateBeer reviews: blocks of `key: value` lines with a blank line between. The overall score, out of 20, becomes stars
 * out of 5; the category is the beer's style. Reviewers have names alone, which become pseudonyms.
 *
 * Source: McAuley & Leskovec, "From Amateurs to Connoisseurs", WWW 2013.
 */
export async function* rateBeerReviews(path: string): AsyncGenerator<FoundReview> {
  let line = 0, start = 1;
  let block = new Map<string, string>(), broken: string | undefined;
  const finish = (): FoundReview[] => {
    if (block.size === 0 && broken === undefined) return [];
    const found = broken === undefined ? reviewOf(block) : new MalformedRecord(broken);
    block = new Map();
    broken = undefined;
    return [{ line: start, found }];
  };
  for await (const text of readTextLines(path)) {
    line++;
    if (text.trim() === "") {
      yield* finish();
      start = line + 1;
      continue;
    }
    const colon = text.indexOf(":");
    if (colon < 1) broken = "a line without a key";
    else block.set(text.slice(0, colon), text.slice(colon + 1).trim());
  }
  yield* finish();
}

function reviewOf(block: ReadonlyMap<string, string>): RawReview {
  return {
    userName: block.get("review/profileName"),
    item: block.get("beer/beerId"),
    category: block.get("beer/style"),
    rating: starsOf(block.get("review/overall")),
    text: block.get("review/text"),
    time: numberOf(block.get("review/time")),
  };
}

/** "13/20" as 3.25 stars. */
function starsOf(score: string | undefined): number | undefined {
  const [points, most] = (score ?? "").split("/").map(numberOf);
  return points !== undefined && most !== undefined && most > 0 ? 5 * points / most : undefined;
}
