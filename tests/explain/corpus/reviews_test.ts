import assert from "node:assert/strict";
import fc from "fast-check";
import { dropCopies, kCore, prepareReviews, splitReviews } from "../../../lib/explain/mod.ts";
import type { Review } from "../../../lib/data/mod.ts";

const pair = (text: string) => ({ user: text[0], item: text[1] });
const pairs = (text: string) => text.split(" ").map(pair);

Deno.test("the k-core falls as a whole once one user is short", () => {
  const cases: [reviews: string, user: number, item: number, core: string][] = [
    // A square, and a user with one review more than the square needs.
    ["ax ay bx by cx", 2, 2, "ax ay bx by"],
    // Without c, item z is short; without z, user b; and so on.
    ["ax ay by bz cz", 2, 2, ""],
    ["ax ay by bz cz", 1, 2, "ay by bz cz"],
    ["ax ax", 2, 2, "ax ax"],
    ["ax by", 0, 0, "ax by"],
  ];
  for (const [reviews, user, item, core] of cases) {
    const kept = kCore(pairs(reviews), { user, item });
    assert.equal(kept.map(({ user, item }) => user + item).join(" "), core, `${reviews}, ${user}, ${item}`);
  }
});

/** The definition, by brute force. */
function slowCore(reviews: { user: string; item: string }[], user: number, item: number) {
  for (;;) {
    const count = (side: "user" | "item", name: string) => reviews.filter((r) => r[side] === name).length;
    const kept = reviews.filter((r) => count("user", r.user) >= user && count("item", r.item) >= item);
    if (kept.length === reviews.length) return kept;
    reviews = kept;
  }
}

Deno.test("the k-core is that of the definition, in any order of the reviews", () => {
  const review = fc.record({ user: fc.constantFrom(..."abcd"), item: fc.constantFrom(..."wxyz") });
  fc.assert(fc.property(fc.array(review, { maxLength: 25 }), fc.nat(4), fc.nat(4), (reviews, user, item) => {
    assert.deepEqual(kCore(reviews, { user, item }), slowCore(reviews, user, item));
  }));
});

Deno.test("copies: a long text by anybody, a short one by the same user of the same item", () => {
  const long = "this is a text of more than ten words, all in all";
  const reviews = [
    ["a", "x", long],
    ["b", "y", `${long.toUpperCase()}!`], // The same words, of another person and item.
    ["a", "x", "Great."],
    ["b", "x", "Great."], // A short text that two people may well write.
    ["a", "y", "Great."],
    ["a", "x", "great"],
    ["a", "x", "Great value"],
  ].map(([user, item, text]) => ({ user, item, text }));
  assert.deepEqual(dropCopies(reviews).map((review) => reviews.indexOf(review)), [0, 2, 3, 4, 6]);
});

const ofUsers = (...counts: number[]) =>
  counts.flatMap((count, u) => Array.from({ length: count }, () => ({ user: `u${u}` })));
const splitCounts = (splits: readonly string[]) =>
  ["train", "validation", "test"].map((name) => splits.filter((split) => split === name).length);

Deno.test("each user's reviews are split 80/10/10, and nobody with few has them all in test", () => {
  const cases: [count: number, split: number[]][] = [
    [1, [1, 0, 0]],
    [2, [2, 0, 0]],
    [3, [1, 1, 1]],
    [5, [3, 1, 1]],
    [9, [7, 1, 1]],
    [10, [8, 1, 1]],
    [14, [12, 1, 1]],
    [15, [11, 2, 2]],
    [100, [80, 10, 10]],
  ];
  for (const [count, split] of cases) assert.deepEqual(splitCounts(splitReviews(ofUsers(count))), split);
});

Deno.test("a split depends on the seed and the user, not on the other users", () => {
  const reviews = ofUsers(20, 20);
  assert.deepEqual(splitReviews(reviews, 1), splitReviews(reviews, 1));
  assert.notDeepEqual(splitReviews(reviews, 1), splitReviews(reviews, 2));
  const [first, second] = [splitReviews(reviews).slice(0, 20), splitReviews(reviews).slice(20)];
  assert.notDeepEqual(first, second);
  assert.deepEqual(splitReviews(ofUsers(20)), first);
});

const review = (user: string, item: string, text: string): Review => ({
  id: `${user}/${item}`,
  user,
  item,
  category: "all",
  rating: 4,
  text,
});

Deno.test("preparation counts what each step leaves, and refuses to leave nothing", async () => {
  const text = (u: number, i: number) =>
    `User ${u} likes the tone of item ${i}. It is the best that there is for this.`;
  const reviews = [0, 1, 2].flatMap((u) => [0, 1, 2].map((i) => review(`u${u}`, `i${i}`, text(u, i))));
  reviews[0] = { ...reviews[0], helpful: [3, 4] };
  const others = [
    review("u0", "i0", text(0, 0)), // A copy.
    review("u9", "i0", text(9, 0)), // A user with one review.
    review("u0", "i1", "😀😀"),
    review(
      "u1",
      "i1",
      "Das Produkt ist sehr gut verarbeitet und klingt hervorragend, ich kann nichts anderes sagen",
    ),
  ];
  const { reviews: prepared, counts } = await prepareReviews([...reviews, ...others], {
    core: { user: 3, item: 3 },
  });
  assert.deepEqual(counts, { read: 13, english: 11, distinct: 10, core: 9, users: 3, items: 3 });
  assert.deepEqual(prepared[0].sentences, [
    "User 0 likes the tone of item 0.",
    "It is the best that there is for this.",
  ]);
  assert.deepEqual(splitCounts(prepared.map(({ split }) => split)), [3, 3, 3]);
  assert.ok(!("text" in prepared[0]));
  assert.deepEqual(prepared.map(({ helpful }) => helpful), [[3, 4], ...Array(8).fill(undefined)]);
  await assert.rejects(prepareReviews(reviews, { core: { user: 4, item: 1 } }), {
    name: "RangeError",
    message:
      "Cannot prepare reviews: of 9 read, 9 in English, 9 distinct, none is in the core of users with 4 and " +
      "items with 1 reviews, expected at least one",
  });
});
