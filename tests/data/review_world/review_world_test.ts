import assert from "node:assert/strict";
import fc from "fast-check";
import { loadCard, makeReviewWorld, parseCard, type ReviewWorldOptions } from "../../../lib/data/mod.ts";
import { kendallTau } from "../../../lib/eval/mod.ts";
import { countBy, mean, sentencesOf, wordsOf } from "./reading.ts";

const world = makeReviewWorld();

async function fingerprint(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

Deno.test("the default reviews are the same bytes on every machine", async () => {
  assert.equal(
    await fingerprint(world.reviews),
    "a87e6a823fcc5c6ec2c6c06904dc59eec5ca2e128326685d7e86fc7bdeb1e6fe",
  );
});

Deno.test("the card describes the default world", async () => {
  const card = await loadCard("synthetic-reviews");
  assert.equal(card.kind, "synthetic-reviews");
  if (card.kind !== "synthetic-reviews") return;
  const ratings = countBy(world, "rating");
  const sentences = sentencesOf(world);
  const categories = countBy(world, "category");
  const counted = {
    reviews: world.reviews.length,
    users: world.truth.users.length,
    items: world.truth.items.length,
    ratings: [1, 2, 3, 4, 5].map((stars) => ratings.get(`${stars}`)),
    sentences: sentences.length,
    statements: sentences.reduce((sum, { statements }) => sum + statements.length, 0),
    vocabulary: new Set(sentences.flatMap(({ text }) => wordsOf(text))).size,
    categories: Object.entries(world.truth.aspects).map(([name, aspects]) => ({
      name,
      reviews: categories.get(name),
      aspects,
    })),
  };
  const keys = Object.keys(counted) as (keyof typeof counted)[];
  assert.deepEqual(Object.fromEntries(keys.map((key) => [key, card[key]])), counted);
});

Deno.test("a card of reviews that lacks a count is refused with the key at fault", async () => {
  const card = await loadCard("synthetic-reviews");
  assert.throws(() => parseCard({ ...card, ratings: [1, 2, 3, 4] }, "synthetic-reviews.json"), {
    name: "TypeError",
    message: /^Cannot read card synthetic-reviews.json: at ratings, /,
  });
  assert.throws(() => parseCard({ ...card, categories: [] }, "synthetic-reviews.json"), /at categories, /);
});

Deno.test("every user of the default world has 8 to 22 reviews, every item 10 or more", () => {
  const users = [...countBy(world, "user").values()];
  const items = [...countBy(world, "item").values()];
  assert.equal(users.length, 400);
  assert.equal(items.length, 200);
  assert.ok(Math.min(...users) >= 8 && Math.max(...users) <= 22);
  assert.ok(Math.min(...items) >= 10, `${Math.min(...items)}`);
});

Deno.test("every item has at least a third of its category's mean number of reviews", () => {
  const cases: ReviewWorldOptions[] = [
    { seed: 1 },
    { seed: 2, users: 100, items: 60, reviewsPerUser: 20 },
    { seed: 3, users: 90, items: 30, categories: 2, reviewsPerUser: 10 },
    { seed: 4, users: 60, items: 24, reviewsPerUser: 15 },
  ];
  for (const options of cases) {
    const made = makeReviewWorld(options);
    const reviews = countBy(made, "item");
    for (const [category, count] of countBy(made, "category")) {
      const own = made.truth.items.filter((item) => item.category === category);
      const least = Math.min(...own.map(({ id }) => reviews.get(id) ?? 0));
      assert.ok(count / own.length >= 12, "the case is one of those promised");
      assert.ok(least >= count / own.length / 3, `${JSON.stringify(options)}: ${least} of ${category}`);
    }
  }
});

Deno.test("the same seed gives the same world, another one another", () => {
  const options = { seed: "a", users: 12, items: 24 };
  assert.deepEqual(makeReviewWorld(options).reviews, makeReviewWorld(options).reviews);
  const other = makeReviewWorld({ ...options, seed: "b" });
  const texts = new Set(makeReviewWorld(options).reviews.map(({ text }) => text));
  assert.ok(other.reviews.filter(({ text }) => texts.has(text)).length < 3);
});

Deno.test("more users leave the earlier users' reviews as they are", () => {
  const few = makeReviewWorld({ users: 10, items: 40 });
  const many = makeReviewWorld({ users: 25, items: 40 });
  assert.deepEqual(many.reviews.slice(0, few.reviews.length), few.reviews);
  assert.deepEqual(many.truth.users.slice(0, 10), few.truth.users);
});

Deno.test("more items leave the qualities of the earlier ones; noise leaves who reviewed what", () => {
  const base = makeReviewWorld({ users: 10, items: 40 });
  const wide = makeReviewWorld({ users: 10, items: 60 });
  assert.deepEqual(wide.truth.items.slice(0, 40), base.truth.items);
  const noisy = makeReviewWorld({ users: 10, items: 40, noise: 1 });
  assert.deepEqual(noisy.truth.items, base.truth.items);
  assert.deepEqual(
    noisy.reviews.map(({ id, item }) => [id, item]),
    base.reviews.map(({ id, item }) => [id, item]),
  );
  assert.notDeepEqual(noisy.reviews.map(({ rating }) => rating), base.reviews.map(({ rating }) => rating));
});

Deno.test("ratings are utilities rounded and cut, up to noise", () => {
  const utilities = world.reviews.map(({ user, item }) => world.truth.utility(user, item));
  assert.ok(kendallTau(world.reviews.map(({ rating }) => rating), utilities) > 0.75);
  // The noise of the option, plus the variance 1/12 of rounding; the cut at 1 and 5 takes a little of it away.
  const rest = world.reviews.map(({ rating }, i) => (rating - utilities[i]) ** 2);
  const expected = Math.sqrt(0.35 ** 2 + 1 / 12);
  assert.ok(
    Math.abs(Math.sqrt(mean(rest)) - expected) < 0.04,
    `${Math.sqrt(mean(rest))}, expected ${expected}`,
  );

  const exact = makeReviewWorld({ noise: 0, users: 40 });
  for (const { user, item, rating } of exact.reviews) {
    const cut = Math.max(1, Math.min(5, exact.truth.utility(user, item)));
    assert.ok(Math.abs(rating - cut) < 0.501, `${rating} for ${cut}`);
  }
});

Deno.test("votes are the more helpful the more statements a review makes", () => {
  const voted = world.reviews.filter(({ helpful }) => helpful !== undefined);
  const share = voted.map(({ helpful }) => helpful![0] / helpful![1]);
  const told = voted.map(({ id }) =>
    world.truth.sentencesOf(id).reduce((sum, _, k) => sum + world.truth.statementsOf(id, k).length, 0)
  );
  const tau = kendallTau(share, told);
  assert.ok(tau > 0.25 && tau < 0.6, `${tau}`);
});

Deno.test("any world in range keeps its promises", () => {
  const anyOptions = fc.record({
    seed: fc.integer(),
    users: fc.integer({ min: 1, max: 8 }),
    categories: fc.integer({ min: 1, max: 4 }),
    items: fc.integer({ min: 12, max: 40 }),
    aspects: fc.integer({ min: 2, max: 8 }),
    reviewsPerUser: fc.integer({ min: 2, max: 8 }),
    noise: fc.double({ min: 0, max: 2, noNaN: true }),
    perceptionNoise: fc.double({ min: 0, max: 1, noNaN: true }),
    comparisonRate: fc.constantFrom(0, 0.5, 1),
    fillerRate: fc.constantFrom(0, 0.5, 1),
  });
  fc.assert(
    fc.property(anyOptions, (options) => {
      const made = makeReviewWorld(options);
      const { reviews, truth } = made;
      assert.equal(new Set(reviews.map(({ id }) => id)).size, reviews.length);
      assert.equal(new Set(reviews.map(({ user, item }) => `${user} ${item}`)).size, reviews.length);
      assert.equal(countBy(made, "user").size, options.users);
      for (const count of countBy(made, "user").values()) {
        assert.ok(count >= Math.ceil(options.reviewsPerUser / 2));
        assert.ok(count <= options.reviewsPerUser + Math.floor(options.reviewsPerUser / 2));
      }
      const itemCategories = new Map(truth.items.map(({ id, category }) => [id, category]));
      for (const { id, user, item, category, rating, helpful } of reviews) {
        assert.ok([1, 2, 3, 4, 5].includes(rating));
        assert.equal(itemCategories.get(item), category);
        if (helpful) assert.ok(helpful[0] >= 0 && helpful[0] <= helpful[1] && helpful[1] > 0);
        const count = truth.sentencesOf(id).length;
        assert.ok(count >= 2 && count <= 6);
        const said = truth.sentencesOf(id).flatMap((_, k) => truth.statementsOf(id, k));
        assert.ok(said.some(({ aspect }) => aspect !== "overall"));
        for (const { aspect } of said) {
          assert.ok(aspect === "overall" || truth.aspects[category].includes(aspect));
        }
        if (options.comparisonRate === 0) assert.ok(said.every(({ than }) => than === undefined));
        assert.ok(Number.isFinite(truth.utility(user, item)));
      }
      for (let i = 1; i < reviews.length; i++) {
        if (reviews[i].user === reviews[i - 1].user) assert.ok(reviews[i].time! > reviews[i - 1].time!);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("options out of range are refused with the option and its value", () => {
  const cases: [ReviewWorldOptions, string][] = [
    [{ users: 0 }, "users is 0, expected an integer from 1"],
    [{ users: 2.5 }, "users is 2.5, expected an integer from 1"],
    [{ items: 3 }, "items is 3, expected an integer from 4"],
    [{ categories: 5 }, "categories is 5, expected an integer from 1 to 4"],
    [{ aspects: 1 }, "aspects is 1, expected an integer from 2 to 8"],
    [{ aspects: 9 }, "aspects is 9, expected an integer from 2 to 8"],
    [{ reviewsPerUser: 1 }, "reviewsPerUser is 1, expected an integer from 2"],
    [{ items: 20 }, "reviewsPerUser is 15, expected at most 20 items for the 22 reviews of one user"],
    [{ noise: -0.1 }, "noise is -0.1, expected a number from 0"],
    [{ noise: NaN }, "noise is NaN, expected a number from 0"],
    [{ perceptionNoise: Infinity }, "perceptionNoise is Infinity, expected a number from 0"],
    [{ comparisonRate: 1.5 }, "comparisonRate is 1.5, expected a share in [0, 1]"],
    [{ fillerRate: -1 }, "fillerRate is -1, expected a share in [0, 1]"],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => makeReviewWorld(options), {
      name: "RangeError",
      message: `Cannot make a review world: ${message}`,
    });
  }
});
