import assert from "node:assert/strict";
import fc from "fast-check";
import { makeReviewWorld } from "../../../lib/data/mod.ts";
import { kendallTau } from "../../../lib/eval/mod.ts";
import { aspectStatements, mean, sentencesOf } from "./reading.ts";

const world = makeReviewWorld();
const { truth } = world;

Deno.test("preferences weigh the aspects of each category and sum to 1; qualities lie in [-1, 1]", () => {
  for (const { preferences } of truth.users) {
    for (const [category, aspects] of Object.entries(truth.aspects)) {
      assert.deepEqual(Object.keys(preferences[category]), aspects);
      const weights = Object.values(preferences[category]);
      assert.ok(weights.every((weight) => weight >= 0));
      assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-9);
    }
  }
  for (const { category, qualities } of truth.items) {
    assert.deepEqual(Object.keys(qualities), truth.aspects[category]);
    assert.ok(Object.values(qualities).every((quality) => quality >= -1 && quality <= 1));
  }
});

Deno.test("utility is 3.2 + generosity + 3 sum_a w_a q_a", () => {
  const [user] = truth.users;
  for (const item of truth.items) {
    const weights = user.preferences[item.category];
    const fit = truth.aspects[item.category].reduce((sum, a) => sum + weights[a] * item.qualities[a], 0);
    assert.ok(Math.abs(truth.utility(user.id, item.id) - (3.2 + user.generosity + 3 * fit)) < 1e-9);
  }
});

const anyPair = fc.record({
  u: fc.integer({ min: 0, max: 399 }),
  c: fc.integer({ min: 0, max: 3 }),
  i: fc.integer({ min: 0, max: 49 }),
  j: fc.integer({ min: 0, max: 49 }),
}).map(({ u, c, i, j }) => ({
  user: truth.users[u].id,
  item: truth.items[4 * i + c].id,
  other: truth.items[4 * j + c].id,
}));

Deno.test("reasons add up to the difference of the utilities, the heaviest first, and change sign with the items", () => {
  fc.assert(fc.property(anyPair, ({ user, item, other }) => {
    const reasons = truth.reasons(user, item, other);
    const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
    assert.ok(Math.abs(sum - (truth.utility(user, item) - truth.utility(user, other))) < 1e-9);
    const sizes = reasons.map(({ contribution }) => Math.abs(contribution));
    assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
    const swapped = new Map(truth.reasons(user, other, item).map((reason) => [reason.aspect, reason]));
    for (const { aspect, contribution, decides } of reasons) {
      assert.ok(Math.abs(swapped.get(aspect)!.contribution + contribution) < 1e-12);
      assert.equal(swapped.get(aspect)!.decides, decides);
    }
  }));
});

Deno.test("the deciding aspects are the fewest that outweigh all that speaks for the other item", () => {
  fc.assert(fc.property(anyPair, ({ user, item, other }) => {
    fc.pre(item !== other);
    const reasons = truth.reasons(user, item, other);
    const lead = reasons.reduce((total, { contribution }) => total + contribution, 0);
    const against = reasons.filter(({ contribution }) => contribution * lead < 0)
      .reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
    const deciding = reasons.filter(({ decides }) => decides).map(({ contribution }) => contribution);
    assert.ok(deciding.length > 0);
    assert.ok(deciding.every((contribution) => contribution * lead > 0));
    const sizes = deciding.map(Math.abs);
    assert.ok(sizes.reduce((a, b) => a + b) > against);
    // The heaviest come first, so if these without the last do not suffice, no fewer do.
    assert.ok(sizes.slice(0, -1).reduce((a, b) => a + b, 0) <= against + 1e-9);
  }));
});

Deno.test("nothing decides between an item and itself", () => {
  const reasons = truth.reasons("user-0001", "hotel-0001", "hotel-0001");
  assert.ok(reasons.every(({ contribution, decides }) => contribution === 0 && !decides));
});

Deno.test("grades order qualities, and comparisons tell which item is better", () => {
  const stated = aspectStatements(world);
  const means = [-3, -2, -1, 1, 2, 3].map((grade) =>
    mean(stated.filter((statement) => statement.grade === grade).map(({ quality }) => quality))
  );
  // Thresholds are 0, .25 and .6.
  const [bounds, slack] = [[-1, -0.6, -0.25, 0, 0.25, 0.6, 1], 0.05];
  means.forEach((value, g) => {
    assert.ok(value > bounds[g] - slack && value < bounds[g + 1] + slack, `grade ${g}: ${value}`);
  });
  assert.ok(kendallTau(stated.map(({ grade }) => grade), stated.map(({ quality }) => quality)) > 0.85);

  const qualities = new Map(truth.items.map((item) => [item.id, item.qualities]));
  const right = sentencesOf(world).flatMap(({ statements, review }) =>
    statements.filter(({ than }) => than !== undefined).map(({ aspect, grade, than }) =>
      Math.sign(grade) * (qualities.get(review.item)![aspect] - qualities.get(than!)![aspect]) > 0
    )
  );
  assert.ok(right.length > 1000);
  assert.ok(right.filter(Boolean).length / right.length > 0.99);
});

Deno.test("comparisons are with items of the category that the user reviewed before", () => {
  const before = new Map<string, Set<string>>();
  for (const { id, user, item, category } of world.reviews) {
    const key = `${user} ${category}`;
    truth.sentencesOf(id).forEach((_, k) => {
      for (const { than } of truth.statementsOf(id, k)) {
        if (than !== undefined) assert.ok(before.get(key)?.has(than), `${id} compares with ${than}`);
      }
    });
    before.set(key, (before.get(key) ?? new Set()).add(item));
  }
});

Deno.test("reviews dwell on what the user cares about and where the item stands out", () => {
  const stated = aspectStatements(world);
  assert.ok(mean(stated.map(({ weight }) => weight)) > 1.35 / 8, "against 1/8 by chance");
  const all = truth.items.flatMap(({ qualities }) => Object.values(qualities).map(Math.abs));
  assert.ok(mean(stated.map(({ quality }) => Math.abs(quality))) > 1.1 * mean(all));
});

Deno.test("texts alone tell the order of the items, as far as a mean of grades can", () => {
  const grades = new Map<string, number[]>();
  for (const { grade, review } of aspectStatements(world)) {
    grades.set(review.id, [...grades.get(review.id) ?? [], grade]);
  }
  const told = world.reviews.filter(({ id }) => grades.has(id));
  const tau = kendallTau(
    told.map(({ id }) => mean(grades.get(id)!)),
    told.map(({ user, item }) => truth.utility(user, item)),
  );
  assert.ok(tau > 0.6 && tau < 0.8, `${tau}`);
});

Deno.test("not everything that could be said of an item has support", () => {
  const said = new Set(
    aspectStatements(world).map(({ review, aspect, grade }) =>
      `${review.item}/${aspect}/${Math.sign(grade)}`
    ),
  );
  const possible = truth.items.flatMap(({ id, category }) =>
    truth.aspects[category].flatMap((aspect) => [`${id}/${aspect}/1`, `${id}/${aspect}/-1`])
  );
  const share = possible.filter((statement) => said.has(statement)).length / possible.length;
  assert.ok(share > 0.5 && share < 0.65, `${share}`);
});

Deno.test("unknown ids and items of two categories are refused", () => {
  const cases: [() => unknown, string][] = [
    [
      () => truth.utility("nobody", "hotel-0001"),
      "Cannot find user nobody: the world has 400, expected one such as user-0001",
    ],
    [
      () => truth.utility("user-0001", "hotel-9999"),
      "Cannot find item hotel-9999: the world has 200, expected one such as hotel-0001",
    ],
    [
      () => truth.reasons("user-0001", "hotel-0001", "novel-0001"),
      "Cannot compare hotel-0001 with novel-0001: that is a novel, expected a hotel",
    ],
    [
      () => truth.sentencesOf("x"),
      `Cannot find review x: the world has ${world.reviews.length}, expected one such as user-0001-review-01`,
    ],
    [
      () => truth.statementsOf("user-0001-review-01", 9),
      `Cannot read sentence 9 of user-0001-review-01: it has ${
        truth.sentencesOf("user-0001-review-01").length
      }, expected an index below that`,
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
