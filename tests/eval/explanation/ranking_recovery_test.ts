import assert from "node:assert/strict";
import fc from "fast-check";
import { kendallTau } from "../../../lib/eval/explanation/kendall_tau.ts";
import { pairwiseAccuracy } from "../../../lib/eval/explanation/pairwise_accuracy.ts";
import { rankingRecovery } from "../../../lib/eval/explanation/ranking_recovery.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { close } from "../close.ts";
import { refuses } from "./outputs.ts";

Deno.test("Kendall's tau-b reproduces SciPy and hand counts", () => {
  const cases: [a: number[], b: number[], expected: number][] = [
    // scipy.stats.kendalltau's documented example.
    [[12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173],
    // One of ten pairs exchanged: (9 - 1) / 10.
    [[1, 2, 3, 4, 5], [1, 2, 3, 5, 4], .8],
    // C = 3, D = 1, one pair tied in either: (3 - 1) / 5.
    [[1, 2, 2, 3], [1, 3, 2, 2], 2 / 5],
    [[1, 2, 3], [3, 2, 1], -1],
    [[1, 1, 2], [5, 5, 9], 1],
    [[1, 2], [7, 7], 0],
    [[3, 3], [3, 3], 0],
    [[0, -0, 1], [0, 0, 1], 1],
  ];
  for (const [a, b, expected] of cases) close(kendallTau(a, b), expected);
  close(kendallTau(Float32Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)), 1);
});

Deno.test("pairwise accuracy counts recovered ties half and skips pairs tied by the system", () => {
  const cases: [system: number[], recovered: number[], expected: number][] = [
    [[3, 2, 1], [9, 5, 1], 1],
    [[3, 2, 1], [1, 5, 9], 0],
    // Pairs: 3-2 tied, 3-1 right, 2-1 right.
    [[3, 2, 1], [5, 5, 1], 2.5 / 3],
    // 3-3 is skipped; both 3-1 are right, one of them by a tie.
    [[3, 3, 1], [5, 1, 1], 1.5 / 2],
    [[3, 2, 1], [0, 0, 0], .5],
  ];
  for (const [system, recovered, expected] of cases) close(pairwiseAccuracy(system, recovered), expected);
});

/** Scores of the same items on a coarse grid, so that ties are frequent. */
const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -2, max: 2 })), {
  minLength: 2,
  maxLength: 40,
});
const columns = (pairs: [number, number][]) => [pairs.map(([a]) => a), pairs.map(([, b]) => b)];

/** Pairs by the double loop. */
function count(a: number[], b: number[]) {
  const n = { c: 0, d: 0, ta: 0, tb: 0 };
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const x = Math.sign(a[i] - a[j]), y = Math.sign(b[i] - b[j]);
      if (x * y > 0) n.c++;
      else if (x * y < 0) n.d++;
      else if (x === 0 && y !== 0) n.ta++;
      else if (y === 0 && x !== 0) n.tb++;
    }
  }
  return n;
}

Deno.test("tau and accuracy in O(n log n) are those of the double loop", () => {
  fc.assert(fc.property(scored, (pairs) => {
    const [a, b] = columns(pairs);
    const { c, d, ta, tb } = count(a, b);
    const scale = Math.sqrt((c + d + ta) * (c + d + tb));
    close(kendallTau(a, b), scale === 0 ? 0 : (c - d) / scale);
    if (c + d + tb > 0) close(pairwiseAccuracy(a, b), (c + tb / 2) / (c + d + tb));
  }));
});

Deno.test("tau is symmetric, of orders only, and turns with either scoring", () => {
  fc.assert(fc.property(scored, (pairs) => {
    const [a, b] = columns(pairs);
    const tau = kendallTau(a, b);
    assert.ok(tau >= -1 && tau <= 1);
    assert.equal(kendallTau(b, a), tau);
    assert.equal(kendallTau(a.map((x) => Math.exp(x)), b.map((x) => 3 * x - 7)), tau);
    assert.equal(kendallTau(a.toReversed(), b.toReversed()), tau);
    close(kendallTau(a, b.map((x) => -x)), -tau);
    if (new Set(a).size > 1) close(kendallTau(a, a), 1);
  }));
});

Deno.test("without ties accuracy is (tau + 1) / 2", () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 50 }), fc.integer(), (n, seed) => {
    const order = Array.from({ length: n }, (_, i) => i);
    const recovered = createRandom(seed).shuffle([...order]);
    close(pairwiseAccuracy(order, recovered), (kendallTau(order, recovered) + 1) / 2);
    close(pairwiseAccuracy(order, order), 1);
  }));
});

Deno.test("many items are counted exactly", () => {
  // Blocks of two, exchanged: n / 2 discordant pairs.
  const n = 60_000,
    a = Float64Array.from({ length: n }, (_, i) => i),
    b = a.map((i) => i % 2 === 0 ? i + 1 : i - 1);
  close(kendallTau(a, b), 1 - 2 * (n / 2) / (n * (n - 1) / 2));
});

Deno.test("ranking recovery is the mean over the users that can be judged", () => {
  const groups = [
    { system: [3, 2, 1], recovered: [9, 5, 1] }, // tau 1, accuracy 1.
    { system: [3, 2, 1], recovered: [5, 9, 1] }, // tau 1/3, accuracy 2/3.
    { system: [2, 1], recovered: [4, 4] }, // tau 0, accuracy 1/2.
    { system: [1], recovered: [5] }, // One item: skipped.
    { system: [4, 4], recovered: [1, 2] }, // The system orders nothing: skipped.
  ];
  const { kendallTau, pairwiseAccuracy, ...counts } = rankingRecovery(groups);
  close(kendallTau, (1 + 1 / 3 + 0) / 3);
  close(pairwiseAccuracy, (1 + 2 / 3 + 1 / 2) / 3);
  assert.deepEqual(counts, { users: 3, skipped: 2 });
});

Deno.test("ranking recovery of one user is tau and accuracy, and knows no order of users", () => {
  fc.assert(fc.property(fc.array(scored, { minLength: 1, maxLength: 5 }), (users) => {
    const groups = users.map((pairs) => {
      const [system, recovered] = columns(pairs);
      return { system: [9, 10, ...system], recovered: [1, 2, ...recovered] };
    });
    const [{ system, recovered }] = groups;
    const one = rankingRecovery(groups.slice(0, 1));
    assert.deepEqual(one, {
      kendallTau: kendallTau(system, recovered),
      pairwiseAccuracy: pairwiseAccuracy(system, recovered),
      users: 1,
      skipped: 0,
    });
    const all = rankingRecovery(groups), moved = rankingRecovery(groups.toReversed());
    close(all.kendallTau, moved.kendallTau);
    close(all.pairwiseAccuracy, moved.pairwiseAccuracy);
    const identity = rankingRecovery(groups.map((group) => ({ ...group, recovered: group.system })));
    close(identity.kendallTau, 1);
    assert.equal(identity.pairwiseAccuracy, 1);
  }));
});

Deno.test("recovery refuses bad input with its place and value", () => {
  refuses([
    [() => kendallTau([], []), "Cannot compute Kendall's tau: a is empty, expected at least one example"],
    [() => kendallTau([1], [1]), "Cannot compute Kendall's tau: there is 1 item, expected at least 2"],
    [() => kendallTau([1, 2], [1]), "Cannot compute Kendall's tau: b has 1 values, expected 2 as in a"],
    [
      () => kendallTau([1, 2], [1, NaN]),
      "Cannot compute Kendall's tau: b[1] is NaN, expected a finite number",
    ],
    [
      () => pairwiseAccuracy([2, 2], [1, 2]),
      "Cannot compute pairwise accuracy: the system orders no pair of its 2 items, expected at least one",
    ],
    [
      () => pairwiseAccuracy([2, 1], [Infinity, 2]),
      "Cannot compute pairwise accuracy: recovered[0] is Infinity, expected a finite number",
    ],
    [
      () => rankingRecovery([]),
      "Cannot compute ranking recovery: groups is empty, expected at least one example",
    ],
    [
      () => rankingRecovery([{ system: [1, 2], recovered: [1] }]),
      "Cannot compute ranking recovery: groups[0].recovered has 1 values, expected 2 as in groups[0].system",
    ],
    [
      () => rankingRecovery([{ system: [1], recovered: [1] }]),
      "Cannot compute ranking recovery: the system orders no pair of items of any of 1 users, expected at least one",
    ],
  ]);
});
