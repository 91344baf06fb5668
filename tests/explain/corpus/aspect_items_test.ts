import assert from "node:assert/strict";
import type { Review } from "../../../lib/data/mod.ts";
import { hotelAspectWords, prepareReviews, reviewsByAspect } from "../../../lib/explain/mod.ts";

const hotel = (text: string, aspectRatings?: Record<string, number>): Review => ({
  id: "UR1",
  user: "u",
  item: "h7",
  category: "hotel",
  rating: 4,
  text,
  helpful: [1, 2],
  ...aspectRatings && { aspectRatings },
});

Deno.test("a review gives one for each aspect that it rates and names, with its stars and sentences", () => {
  const review = hotel(
    "We loved it. The rooms were huge. Great view, too. The staff was rude. Close to the beach. It was spotless.",
    { rooms: 5, service: 2, location: 4, value: 3 },
  );
  assert.deepEqual(
    reviewsByAspect([review]).map(({ id, item, category, rating, sentences }) => [
      ...[id, item, category, rating],
      sentences.join(" "),
    ]),
    [
      // Value is rated and not named, cleanliness named and not rated; the first sentence names nothing.
      ["UR1/rooms", "h7/rooms", "rooms", 5, "The rooms were huge. Great view, too."],
      ["UR1/location", "h7/location", "location", 4, "Close to the beach."],
      ["UR1/service", "h7/service", "service", 2, "The staff was rude."],
    ],
  );
  const [rooms] = reviewsByAspect([review]);
  assert.deepEqual([rooms.user, rooms.helpful, "aspectRatings" in rooms], ["u", [1, 2], false]);
  assert.deepEqual(reviewsByAspect([hotel("The room was fine.")]), [], "nothing is rated");
});

Deno.test("a sentence is in one review: of the aspect with most of its words, the first on a tie", () => {
  const words = { food: ["food", "soup"], staff: ["staff", "waiter"] };
  const cases: [sentence: string, aspect: string][] = [
    ["The staff brought food.", "food"],
    ["The staff and the waiters brought food.", "staff"],
    ["Soups and food from the staff.", "food"],
  ];
  for (const [sentence, aspect] of cases) {
    const found = reviewsByAspect([hotel(sentence, { staff: 1, food: 2 })], words);
    assert.deepEqual(found.map(({ category }) => category), [aspect], sentence);
  }
});

Deno.test("prepared by aspects, items are pairs, in their core and splits; sentences are not shared", async () => {
  const reviews = [0, 1, 2, 3].flatMap((u) =>
    [0, 1, 2, 3].map((h): Review => ({
      ...{ id: `${u}/${h}`, user: `u${u}`, item: `h${h}`, category: "hotel", rating: 3 },
      text:
        `The room of guest ${u} at hotel ${h} was fine. And the staff of hotel ${h} liked guest ${u} a lot.`,
      // Nobody but u0 rates the service of h0.
      aspectRatings: { rooms: 1 + h, ...(h > 0 || u === 0) && { service: 1 + u } },
    }))
  );
  const { reviews: prepared, counts } = await prepareReviews(reviews, {
    core: { user: 3, item: 3 },
    aspects: hotelAspectWords,
  });
  assert.deepEqual([counts.distinct, counts.aspects, counts.core, counts.items], [16, 29, 28, 7]);
  assert.ok(!prepared.some(({ item }) => item === "h0/service"));
  const all = prepared.flatMap(({ sentences }) => sentences);
  assert.equal(new Set(all).size, all.length);
  for (const { item, category, rating, sentences, user } of prepared) {
    assert.equal(item, `${item.split("/")[0]}/${category}`);
    assert.equal(rating, 1 + Number(category === "rooms" ? item[1] : user[1]));
    assert.match(sentences.join(), category === "rooms" ? /^The room/ : /^And the staff/);
  }
  await assert.rejects(prepareReviews([hotel("Fine room.")], { aspects: hotelAspectWords }), {
    message: /of 1 read, 1 in English, 1 distinct, 0 of single aspects, none is in the core/,
  });
});
