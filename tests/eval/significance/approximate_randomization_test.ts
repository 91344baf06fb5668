import assert from "node:assert/strict";
import fc from "fast-check";
import { approximateRandomization } from "../../../lib/eval/significance/approximate_randomization.ts";
import { createRandom } from "../../../lib/random/mod.ts";

const sum = ([total]: Float64Array) => total;

Deno.test("p comes near the share of all exchanges that are as extreme", () => {
  // With differences 1, 2, 4 every one of the 8 exchanges gives another sum: 7, 5, 3, -1, 1, -3, -5, -7.
  const cases: [candidate: number[], exact: number][] = [
    [[1, 2, 4], 2 / 8], // |d| = 7: the observed exchange and the full one.
    [[-1, 2, 4], 4 / 8], // |d| = 5: those of 7 and 5.
    [[-1, -2, 4], 1], // |d| = 1: all.
    [[1, 1, 1, 1, 1, 1], 2 / 64],
    [[0, 0, 0, 2], 1],
  ];
  for (const [candidate, exact] of cases) {
    const { p, difference } = approximateRandomization({
      baseline: candidate.map(() => 0),
      candidate,
      score: sum,
    });
    assert.equal(difference, candidate.reduce((total, x) => total + x, 0));
    // Five standard errors of 10,000 trials.
    const tolerance = 5 * Math.sqrt(exact * (1 - exact) / 10_000) + 1e-4;
    assert.ok(Math.abs(p - exact) <= tolerance, `${p} is not near ${exact} for ${candidate}`);
  }
});

Deno.test("exchanges move whole rows: every column of an example goes along", () => {
  const seen = new Set<string>();
  approximateRandomization({
    baseline: [1, 10, 2, 20],
    candidate: [3, 30, 4, 40],
    columns: 2,
    trials: 50,
    score(sums) {
      seen.add(sums.join(" "));
      return sums[0];
    },
  });
  assert.deepEqual([...seen].sort(), ["3 30", "5 50", "7 70"]);
});

Deno.test("the same rows cannot be told apart, in whatever order the numbers round", () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 70 });
  fc.assert(fc.property(values, fc.integer(), (rows, seed) => {
    const { difference, p } = approximateRandomization({
      baseline: rows,
      candidate: rows,
      score: ([total]) => Math.log1p(total),
      trials: 20,
      seed,
    });
    assert.deepEqual([difference, p], [0, 1]);
  }));
});

Deno.test("one example that differs shows nothing: p is 1", () => {
  const value = fc.double({ min: -9, max: 9, noNaN: true });
  fc.assert(fc.property(fc.array(value, { maxLength: 20 }), value, value, (shared, a, b) => {
    const { p } = approximateRandomization({
      baseline: [...shared, a],
      candidate: [...shared, b],
      score: sum,
      trials: 50,
    });
    assert.equal(p, 1);
  }));
});

Deno.test("p holds its level where the systems are one", () => {
  const random = createRandom(21), sets = 200;
  let claims = 0;
  for (let s = 0; s < sets; s++) {
    const draw = () => Float64Array.from({ length: 30 }, () => random.normal());
    claims += Number(
      approximateRandomization({ baseline: draw(), candidate: draw(), score: sum, trials: 199, seed: s }).p <=
        .05,
    );
  }
  // 10 are expected of 200; 22 is four standard deviations above.
  assert.ok(claims <= 22, `${claims} of ${sets} false claims at the level of .05`);
});

Deno.test("a difference on every example is found, and exchanging the systems keeps p", () => {
  const random = createRandom(2);
  const baseline = Float64Array.from({ length: 100 }, () => random.normal());
  const candidate = baseline.map((x) => x + .5 + .1 * random.normal());
  const there = approximateRandomization({ baseline, candidate, score: sum, trials: 500, seed: "s" });
  const back = approximateRandomization({
    baseline: candidate,
    candidate: baseline,
    score: sum,
    trials: 500,
    seed: "s",
  });
  assert.equal(there.p, 1 / 501);
  assert.deepEqual([back.difference, back.p], [-there.difference, there.p]);
  assert.equal(
    there.signature,
    "approximate-randomization|paired|examples:100|trials:500|seed:s|two-sided|v1",
  );
});

Deno.test("approximate randomisation refuses bad input with its place and value", () => {
  const run = (candidate: number[], others = {}) => () =>
    approximateRandomization({ baseline: [1, 2], candidate, score: sum, ...others });
  const cases: [call: () => unknown, state: string][] = [
    [run([], { baseline: [] }), "baseline is empty, expected at least one example"],
    [run([1]), "candidate has 1 examples, expected 2 as in baseline"],
    [run([1, Infinity]), "candidate[1] is Infinity, expected a finite number"],
    [run([1, 2], { columns: 1.5 }), "columns is 1.5, expected a positive integer"],
    [run([1, 2], { trials: 0 }), "trials is 0, expected an integer of at least 2"],
    [run([1, 2], { score: () => -Infinity }), "the score of a trial is -Infinity, expected a finite number"],
  ];
  for (const [call, state] of cases) {
    assert.throws(call, {
      name: "RangeError",
      message: `Cannot compute approximate randomisation: ${state}`,
    });
  }
});
