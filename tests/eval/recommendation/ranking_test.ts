import assert from "node:assert/strict";
import fc from "fast-check";
import { auc } from "../../../lib/eval/mod.ts";
import { hitRate } from "../../../lib/eval/recommendation/hit_rate.ts";
import { meanReciprocalRank, mrr } from "../../../lib/eval/recommendation/mrr.ts";
import { ndcg, type NdcgOptions } from "../../../lib/eval/recommendation/ndcg.ts";
import type { RankedList } from "../../../lib/eval/recommendation/ranked_list.ts";
import { close } from "../close.ts";

Deno.test("NDCG reproduces documented and enumerated values", () => {
  const linear = "linear" as const, graded = [10, 0, 0, 1, 5];
  const cases: [
    why: string,
    scores: number[],
    relevance: number[],
    options: NdcgOptions,
    expected: number,
  ][] = [
    ["scikit-learn's ndcg_score", [.1, .2, .3, 4, 70], graded, { gain: linear }, 0.6956940443813076],
    ["the same, other scores", [.05, 1.1, 1, .5, 0], graded, { gain: linear }, 0.4936801913773761],
    ["the same, k = 4", [.05, 1.1, 1, .5, 0], graded, { gain: linear, k: 4 }, 0.3520241100634489],
    ["the same, a tie shares its gain", [1, 0, 0, 0, 1], graded, { gain: linear, k: 1 }, .75],
    // (3 + 2 / log2 3 + 3 / 2 + 0 + 1 / log2 6 + 2 / log2 7) / (3 + 3 / log2 3 + 2 / 2 + 2 / log2 5 + 1 / log2 6).
    ["six judged documents", [6, 5, 4, 3, 2, 1], [3, 2, 3, 0, 1, 2], { gain: linear }, 0.9608081943360617],
    ["the same, exponential", [6, 5, 4, 3, 2, 1], [3, 2, 3, 0, 1, 2], {}, 0.9488107485678985],
    // Mean over all six orders of the three tied items.
    ["a tie across the cutoff", [2, 1, 1, 1, 0], [0, 3, 0, 1, 2], { k: 3 }, 0.3210774342403573],
    ["best item second", [2, 1], [0, 1], {}, 1 / Math.log2(3)],
    ["nothing before the cutoff", [2, 1], [0, 1], { k: 1 }, 0],
    ["one item", [0], [2], {}, 1],
  ];
  for (const [why, scores, relevance, options, expected] of cases) {
    const { score } = ndcg([{ scores, relevance }], options);
    assert.ok(Math.abs(score - expected) <= 1e-12, `${why}: ${score} is not ${expected}`);
  }
});

Deno.test("hit rate and MRR take the first relevant place, or its expectation under ties", () => {
  const cases: [scores: number[], relevance: number[], k: number, hit: number, reciprocal: number][] = [
    [[3, 2, 1], [0, 1, 1], 1, 0, 0],
    [[3, 2, 1], [0, 1, 1], 2, 1, 1 / 2],
    [[1, 2, 3], [1, 0, 0], 3, 1, 1 / 3],
    [[1, 2, 3], [.5, 0, 0], 9, 1, 1 / 3],
    // One of four equal items: each place with chance 1/4.
    [[1, 1, 1, 1], [0, 0, 1, 0], 2, 1 / 2, (1 + 1 / 2) / 4],
    [[1, 1, 1, 1], [0, 0, 1, 0], 3, 3 / 4, (1 + 1 / 2 + 1 / 3) / 4],
    [[1, 1, 1, 1], [0, 0, 1, 0], 4, 1, (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4],
    // Two of four: first place 1/2, second 1/2 x 2/3, third the rest.
    [[1, 1, 1, 1], [1, 0, 1, 0], 4, 1, 1 / 2 + 1 / 3 / 2 + 1 / 6 / 3],
    // Two of three: first place 2/3, second 1/3.
    [[1, 1, 1], [1, 0, 1], 1, 2 / 3, 2 / 3],
    [[1, 1, 1], [1, 0, 1], 2, 1, 2 / 3 + 1 / 3 / 2],
    // After a sure miss at place 1, the tie has places 2 and 3.
    [[9, 1, 1], [0, 1, 0], 2, 1 / 2, 1 / 2 / 2],
    [[9, 1, 1], [0, 1, 0], 3, 1, 1 / 2 / 2 + 1 / 2 / 3],
    [[0, -0], [0, 1], 1, 1 / 2, 1 / 2],
  ];
  for (const [scores, relevance, k, hit, reciprocal] of cases) {
    close(hitRate([{ scores, relevance }], { k }).score, hit);
    close(mrr([{ scores, relevance }], { k }).score, reciprocal);
  }
});

Deno.test("means are over the users with a relevant item, the others are counted", () => {
  const lists = [
    { scores: [2, 1], relevance: [1, 0] },
    { scores: [2, 1], relevance: [0, 1] },
    { scores: [2, 1], relevance: [0, 0] },
  ];
  const counted = { users: 2, skipped: 1 };
  const formula = "gain:2^rel-1|discount:log2|ties:expected|no-relevant:skipped|v1";
  assert.deepEqual(ndcg(lists), {
    score: (1 + 1 / Math.log2(3)) / 2,
    ...counted,
    signature: `NDCG|k:all|${formula}`,
  });
  assert.deepEqual(hitRate(lists, { k: 1 }), {
    score: .5,
    ...counted,
    signature: "HR|k:1|relevant:above-0|ties:expected|no-relevant:skipped|v1",
  });
  assert.deepEqual(mrr(lists), {
    score: .75,
    ...counted,
    signature: "MRR|k:all|relevant:above-0|ties:expected|no-relevant:skipped|v1",
  });
  assert.equal(
    ndcg(lists, { k: 10, gain: "linear" }).signature,
    "NDCG|k:10|gain:rel|discount:log2|ties:expected|no-relevant:skipped|v1",
  );
});

Deno.test("mean reciprocal rank of known ranks", () => {
  // (1 + 1/2 + 1/4) / 3, and a rank beyond all candidates counts 0.
  close(meanReciprocalRank([1, 2, 4]), 1.75 / 3);
  close(meanReciprocalRank(Float64Array.of(1, Infinity)), .5);
  assert.equal(meanReciprocalRank([1.5]), 1 / 1.5);
});

/** Lists on a coarse grid of scores, so that ties are frequent; the first item is relevant. */
const list: fc.Arbitrary<RankedList> = fc.array(
  fc.record({ s: fc.integer({ min: 0, max: 3 }), rel: fc.constantFrom(0, 0, 0, 1, 2, 3) }),
  { minLength: 1, maxLength: 7 },
).map(([first, ...rest]) => [{ ...first, rel: first.rel + 1 }, ...rest])
  .map((items) => ({ scores: items.map(({ s }) => s), relevance: items.map(({ rel }) => rel) }));
const lists = fc.array(list, { minLength: 1, maxLength: 5 });
const cutoff = fc.integer({ min: 1, max: 8 });
const metrics = { ndcg, hitRate, mrr };

for (const [name, metric] of Object.entries(metrics)) {
  Deno.test(`${name} is in [0, 1], of the order of scores only, and of no order of users or items`, () => {
    fc.assert(fc.property(lists, cutoff, (users, k) => {
      const { score } = metric(users, { k });
      assert.ok(score >= 0 && score <= 1, `${score}`);
      const moved = users.toReversed().map(({ scores, relevance }) => ({
        scores: Array.from(scores, (s) => Math.exp(s) - 5).toReversed(),
        relevance: Array.from(relevance).toReversed(),
      }));
      close(metric(moved, { k }).score, score);
    }));
  });

  Deno.test(`${name} of a perfect ranking is 1`, () => {
    fc.assert(fc.property(lists, cutoff, (users, k) => {
      assert.equal(metric(users.map(({ relevance }) => ({ scores: relevance, relevance })), { k }).score, 1);
    }));
  });

  Deno.test(`${name} under ties is the mean over the orders of the tied items`, () => {
    fc.assert(
      fc.property(list, cutoff, ({ scores, relevance }, k) => {
        const broken = orders(scores.length)
          .map((place) => ({ scores: Array.from(scores, (s, i) => s + place[i] / 100), relevance }));
        const mean = broken.reduce((sum, one) => sum + metric([one], { k }).score, 0) / broken.length;
        close(metric([{ scores, relevance }], { k }).score, mean, 1e-9);
      }),
      { numRuns: 15 },
    );
  });
}

/** All orders of n places. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => order.toSpliced(at, 0, n - 1))
  );
}

Deno.test("hit rate and MRR never fall with the cutoff", () => {
  fc.assert(fc.property(lists, cutoff, (users, k) => {
    assert.ok(hitRate(users, { k: k + 1 }).score >= hitRate(users, { k }).score - 1e-12);
    assert.ok(mrr(users, { k: k + 1 }).score >= mrr(users, { k }).score - 1e-12);
    assert.ok(mrr(users, { k }).score <= hitRate(users, { k }).score + 1e-12);
  }));
});

Deno.test("with one relevant item, places follow AUC", () => {
  fc.assert(fc.property(list, ({ scores }) => {
    fc.pre(scores.length > 1 && new Set(Array.from(scores)).size === scores.length);
    const relevance = Array.from(scores, (_, i) => Number(i === 0));
    const place = 1 + Math.round((1 - auc(relevance, scores)) * (scores.length - 1));
    close(mrr([{ scores, relevance }]).score, 1 / place);
    close(ndcg([{ scores, relevance }]).score, 1 / Math.log2(place + 1));
  }));
});

Deno.test("ranking metrics refuse bad input with its place and value", () => {
  const good = { scores: [2, 1], relevance: [1, 0] };
  const cases: [call: () => unknown, message: string][] = [
    [() => ndcg([]), "Cannot compute NDCG: lists is empty, expected at least one example"],
    [
      () => mrr([good, { scores: [], relevance: [] }]),
      "Cannot compute MRR: lists[1].scores is empty, expected at least one example",
    ],
    [
      () => hitRate([{ scores: [1], relevance: [1, 0] }], { k: 1 }),
      "Cannot compute hit rate: lists[0].relevance has 2 values, expected 1 as in lists[0].scores",
    ],
    [
      () => ndcg([{ ...good, scores: [1, NaN] }]),
      "Cannot compute NDCG: lists[0].scores[1] is NaN, expected a finite number",
    ],
    [
      () => ndcg([{ ...good, relevance: [1, -1] }]),
      "Cannot compute NDCG: lists[0].relevance[1] is -1, expected a finite number from 0 up",
    ],
    [
      () => mrr([{ ...good, relevance: [0, 0] }]),
      "Cannot compute MRR: none of the 1 lists holds a relevant item, expected at least one",
    ],
    [() => hitRate([good], { k: 0 }), "Cannot compute hit rate: k is 0, expected a positive integer"],
    [() => ndcg([good], { k: 1.5 }), "Cannot compute NDCG: k is 1.5, expected a positive integer"],
    [
      () => ndcg([good], { gain: "cubic" as "linear" }),
      'Cannot compute NDCG: gain is "cubic", expected one of exponential, linear',
    ],
    [
      () => ndcg([{ ...good, relevance: [1024, 0] }]),
      "Cannot compute NDCG: the largest possible gain of a list is Infinity, expected a positive finite number",
    ],
    [
      () => ndcg([{ ...good, relevance: [1e-20, 0] }]),
      "Cannot compute NDCG: the largest possible gain of a list is 0, expected a positive finite number",
    ],
    [
      () => meanReciprocalRank([]),
      "Cannot compute mean reciprocal rank: ranks is empty, expected at least one example",
    ],
    [
      () => meanReciprocalRank([1, 0]),
      "Cannot compute mean reciprocal rank: ranks[1] is 0, expected a number from 1 up",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
