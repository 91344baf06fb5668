import assert from "node:assert/strict";
import { compareOverSeedsAndExamples, meanInterval } from "../../../lib/eval/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { close } from "../close.ts";

const fixed = (...values: number[]) => ({ runs: [values], draws: false });
const drawn = (...runs: number[][]) => ({ runs, draws: true });

Deno.test("by hand: the terms of examples and seeds, and the degrees of freedom", () => {
  // Differences of the means 2, 0, 4, 2: mean 2, variance 8/3, so v_e = 2/3. Runs of the candidate have means 4, 1, 1:
  // mean 2, variance 3, so v_a = 1. v = 5/3; df = (25/9) / ((4/9)/3 + 1/2) = 750/175.
  const result = compareOverSeedsAndExamples(
    fixed(0, 0, 0, 0),
    drawn([4, 2, 6, 4], [1, -1, 3, 1], [1, -1, 3, 1]),
  )!;
  close(result.difference, 2);
  close(result.standardError, Math.sqrt(5 / 3));
  close(result.df, 30 / 7);
  close(result.t, 2 / Math.sqrt(5 / 3));
  // SciPy 1.10: 2 * t.sf(2 / sqrt(5 / 3), 30 / 7).
  close(result.p, 0.1915586897344128, 5e-8);
  close((result.interval[0] + result.interval[1]) / 2, 2);
  assert.equal(
    result.signature,
    "t|Welch-Satterthwaite|over:examples-and-seeds|examples:4|seeds:1,3|two-sided|interval:0.95|v1",
  );
});

Deno.test("of methods that draw nothing it is the paired t over examples", () => {
  const random = createRandom(3);
  const values = Array.from({ length: 40 }, () => random.normal());
  const result = compareOverSeedsAndExamples(fixed(...values.map(() => 0)), fixed(...values))!;
  const { mean, interval } = meanInterval(values);
  close(result.df, 39);
  close(result.difference, mean);
  close(result.interval[0], interval[0]);
  close(result.interval[1], interval[1]);
});

Deno.test("seeds on both sides have a term each, and swapping the sides changes the sign alone", () => {
  const one = drawn([1, 2, 3], [2, 3, 4], [1, 1, 1]), other = drawn([3, 3, 9], [5, 4, 0]);
  const forth = compareOverSeedsAndExamples(one, other)!, back = compareOverSeedsAndExamples(other, one)!;
  close(forth.difference, -back.difference);
  close(forth.p, back.p);
  close(forth.df, back.df);
  // v_e: differences 4 - 4/3, 3.5 - 2, 4.5 - 8/3. v_b: means 2, 3, 1. v_a: means 5, 3.
  const d = [4 - 4 / 3, 3.5 - 2, 4.5 - 8 / 3], mean = (d[0] + d[1] + d[2]) / 3;
  const examples = d.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 2 / 3;
  close(forth.standardError, Math.sqrt(examples + 1 / 3 + 2 / 2));
});

Deno.test("with one seed of a method that draws there is no answer", () => {
  assert.equal(compareOverSeedsAndExamples(fixed(1, 2), drawn([1, 3])), undefined);
  assert.equal(compareOverSeedsAndExamples(drawn([1, 3]), drawn([1, 3], [2, 2])), undefined);
});

Deno.test("equal methods do not differ; a difference that nothing moves is certain", () => {
  assert.equal(compareOverSeedsAndExamples(fixed(1, 2), fixed(1, 2))!.p, 1);
  const certain = compareOverSeedsAndExamples(fixed(0, 0), drawn([1, 1], [1, 1]))!;
  assert.deepEqual([certain.p, certain.interval], [0, [1, 1]]);
});

Deno.test("under the null hypothesis, with seeds that matter, it claims as often as it says", () => {
  const trials = 1000, examples = 60, seeds = 3;
  let claims = 0;
  for (let trial = 0; trial < trials; trial++) {
    const random = createRandom(trial);
    const method = () =>
      drawn(...Array.from({ length: seeds }, () => {
        const luck = random.normal() / 4;
        return Array.from({ length: examples }, () => luck + random.normal());
      }));
    if (compareOverSeedsAndExamples(method(), method())!.p < 0.05) claims++;
  }
  // At 0.05: the standard error of this share is 0.007.
  assert.ok(claims / trials < 0.065, `${claims} of ${trials}`);
  assert.ok(claims / trials > 0.005, `${claims} of ${trials}`);
});

Deno.test("what cannot be compared is refused", () => {
  const cases: [call: () => unknown, message: string][] = [
    [
      () => compareOverSeedsAndExamples({ runs: [[1, 2], [1, 2]], draws: false }, fixed(1, 2)),
      "Cannot compute comparison over seeds and examples: baseline draws nothing and has 2 runs, expected one",
    ],
    [
      () => compareOverSeedsAndExamples(fixed(1, 2), drawn([1, 2], [1])),
      "Cannot compute comparison over seeds and examples: candidate.runs[1] has 1 values, expected 2 as in " +
      "baseline.runs[0]",
    ],
    [
      () => compareOverSeedsAndExamples(fixed(1), fixed(1)),
      "Cannot compute comparison over seeds and examples: there is 1 example, expected at least 2",
    ],
    [
      () => compareOverSeedsAndExamples({ runs: [], draws: true }, fixed(1)),
      "Cannot compute comparison over seeds and examples: baseline.runs is empty, expected at least one example",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
