/** Reviews of a made world, read from files with the names of their writers, as the corpus that explanations are made from. */
import { inverseDocumentFrequency } from "../../../lib/eval/mod.ts";
import { makeReviewWorld, readReviews, type Review } from "../../../lib/data/mod.ts";
import {
  buildCorpus,
  buildLexicon,
  type CorpusReview,
  prepareReviews,
  type StoredCorpus,
  wordsOf,
} from "../../../lib/explain/mod.ts";
import { withTempFolder, writeText } from "../../data/fixtures.ts";

/** A part of the name of every reviewer in the files. */
export const reviewerName = "Zebulon Quux";

export interface SmallWorld {
  readonly corpus: StoredCorpus;
  /** None of its reviews is for training. */
  readonly silentUser: string;
  /** Has one training review, of `itsItem`. */
  readonly beginner: string;
  readonly itsItem: string;
  /** None of its reviews is for training. */
  readonly silentItem: string;
  /** A user with an item of a category that the user did not review. */
  readonly stranger: readonly [user: string, item: string];
}

export async function makeSmallWorld(): Promise<SmallWorld> {
  const { reviews } = await prepareReviews(await namedReviews(), { core: { user: 4, item: 4 } });
  const { attributes, opinions } = buildLexicon(reviews.flatMap(({ sentences }) => sentences.map(wordsOf)));
  const { sentences, reviews: all } = buildCorpus(reviews, new Set(attributes));
  const names = (
    of: "user" | "item",
    split = "train",
  ) => [...Map.groupBy(all.filter((review) => review.split === split), (review) => review[of]).keys()];
  const [silentUser, beginner] = names("user", "test");
  const first = all.find(({ user, split }) => user === beginner && split === "train")!;
  const silentItem = names("item").find((item) => item !== first.item)!;
  const held = (review: CorpusReview) =>
    review.user === silentUser || review.item === silentItem ||
    review.user === beginner && review.id !== first.id;
  const splits = all.map((review): CorpusReview => held(review) ? { ...review, split: "test" } : review);
  const stranger = names("user").flatMap((user) => {
    const own = splits.filter((review) => review.user === user && review.split === "train");
    const item = all.find(({ category }) => own.every((review) => review.category !== category))?.item;
    return user === beginner || own.length < 3 || item === undefined ? [] : [[user, item] as const];
  })[0];
  return {
    corpus: {
      ...{ reviews: splits, sentences, attributes, opinions },
      ...{ idf: inverseDocumentFrequency(sentences.map(({ words }) => words)), vocabulary: [] },
      ...{ test: [], validation: [], rewritePairs: [] },
    },
    ...{ silentUser, beginner, itsItem: first.item, silentItem, stranger },
  };
}

/** The reviews of a small world, read from files in the format of TripAdvisor, which has names instead of ids. */
function namedReviews(): Promise<Review[]> {
  const { reviews } = makeReviewWorld({ users: 40, items: 30, categories: 3, reviewsPerUser: 10 });
  return withTempFolder(async (folder) => {
    const read: Review[] = [];
    for (const [category, own] of Map.groupBy(reviews, ({ category }) => category)) {
      const paths = [...Map.groupBy(own, ({ item }) => item)].map(([item, own]) =>
        writeText(
          folder,
          `${item}.json`,
          JSON.stringify({ HotelInfo: { HotelID: item }, Reviews: own.map(rawReview) }),
        )
      );
      read.push(
        ...await Array.fromAsync(readReviews(await Promise.all(paths), { format: "tripadvisor", category })),
      );
    }
    return read;
  });
}

function rawReview({ id, user, text, rating }: Review) {
  return {
    ReviewID: id.replace(/user-/, "review-"),
    Author: `${reviewerName} ${user}`,
    Content: text,
    Date: "March 3, 2009",
    Ratings: { Overall: String(rating) },
  };
}
