import assert from "node:assert/strict";
import fc from "fast-check";
import {
  auc,
  compareModels,
  holm,
  normalizedEntropy,
  pairedBootstrap,
  pairedT,
  significanceMark,
} from "../../../lib/eval/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { close } from "../close.ts";

/** A test set whose true log-odds are known: `sharp` predicts them, `blurred` only half of them. */
function testSet(n: number, seed = 5) {
  const random = createRandom(seed);
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const logits = Float64Array.from({ length: n }, () => 2 * random.normal() - 1);
  return {
    labels: Uint8Array.from(logits, (z) => Number(random.uniform() < sigmoid(z))),
    sharp: Float32Array.from(logits, sigmoid),
    blurred: Float32Array.from(logits, (z) => sigmoid(z / 2 + random.normal())),
  };
}

Deno.test("paired t reproduces published and numerically integrated values", () => {
  // Student's sleep data (1908), as R documents them: t = 4.0621, df = 9, p = 0.002833, interval 0.70 to 2.46.
  const sleep = pairedT(
    [.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2],
    [1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4],
  );
  close(sleep.difference, 1.58, 1e-12);
  close(sleep.t, 4.062127683382037, 1e-10);
  assert.equal(sleep.df, 9);
  close(sleep.p, 0.002832890197384273, 1e-9);
  close(sleep.interval[0], 0.7001142367223194, 1e-8);
  close(sleep.interval[1], 2.459885763277681, 1e-8);

  const fiveSeeds = pairedT([.8123, .8101, .8150, .8099, .8117], [.8090, .8085, .8131, .8102, .8079]);
  close(fiveSeeds.t, -2.8605593588908484, 1e-9);
  close(fiveSeeds.p, 0.04590356210107653, 1e-9);
  close(fiveSeeds.interval[0], -0.004059426055932281, 1e-9);
  close(fiveSeeds.interval[1], -0.00006057394406766472, 1e-9);
  assert.equal(fiveSeeds.signature, "t|paired|seeds:5|two-sided|interval:0.95|v1");
});

Deno.test("paired t follows the closed forms of one and two degrees of freedom", () => {
  const difference = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(fc.property(difference, difference, difference, (a, b, c) => {
    fc.pre(Math.abs(a - b) > 1e-3 && Math.abs(b - c) > 1e-3);
    const two = pairedT([0, 0], [a, b]);
    close(two.p, 1 - 2 / Math.PI * Math.atan(Math.abs(two.t)), 5e-8);
    const three = pairedT([0, 0, 0], [a, b, c]);
    close(three.p, 1 - Math.abs(three.t) / Math.sqrt(2 + three.t ** 2), 5e-8);
  }));
});

Deno.test("the interval of paired t holds 0 if and only if p is above its complement", () => {
  const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 8 });
  fc.assert(fc.property(values, fc.constantFrom(.9, .95, .99), (differences, confidence) => {
    fc.pre(new Set(differences).size > 1);
    const { p, interval: [low, high] } = pairedT(differences.map(() => 1), differences.map((d) => d + 1), {
      confidence,
    });
    fc.pre(Math.abs(p - (1 - confidence)) > 1e-6);
    assert.equal(low <= 0 && 0 <= high, p > 1 - confidence);
  }));
});

Deno.test("paired t defines no difference as p = 1 and refuses what it cannot judge", () => {
  const none = pairedT([.5, .6], [.5, .6]);
  assert.deepEqual([none.difference, none.t, none.df, none.p, none.interval], [0, 0, 1, 1, [0, 0]]);
  const message = /^Cannot compute paired t test: /;
  // .3 - .2 and .4 - .3 differ in their last bits only.
  assert.throws(() => pairedT([.2, .3], [.3, .4]), /all 2 differences are 0\.1\d*, expected them to vary/);
  assert.throws(() => pairedT([.5], [.6]), /there is 1 pair, expected at least 2/);
  for (
    const bad of [
      () => pairedT([], []),
      () => pairedT([1, 2], [1]),
      () => pairedT([1, 2], [1, NaN]),
      () => pairedT([1, 2], [2, 4], { confidence: 1 }),
    ]
  ) assert.throws(bad, { name: "RangeError", message });
});

Deno.test("paired bootstrap reports the metrics themselves and their difference", () => {
  const { labels, sharp, blurred } = testSet(300);
  for (const [metric, value] of [["ne", normalizedEntropy], ["auc", auc]] as const) {
    const result = pairedBootstrap({ metric, labels, runs: [{ baseline: blurred, candidate: sharp }] });
    assert.deepEqual(result.runs, [{ baseline: value(labels, blurred), candidate: value(labels, sharp) }]);
    assert.equal(result.difference, value(labels, sharp) - value(labels, blurred));
    assert.ok(result.interval[0] < result.difference && result.difference < result.interval[1]);
  }
});

Deno.test("a model against itself has difference 0 and p = 1", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom("ne" as const, "auc" as const), (seed, metric) => {
      const { labels, sharp } = testSet(40, seed);
      fc.pre(new Set(labels).size === 2);
      const result = pairedBootstrap({
        metric,
        labels,
        runs: [{ baseline: sharp, candidate: sharp }],
        resamples: 20,
      });
      assert.deepEqual([result.difference, result.interval, result.p], [0, [0, 0], 1]);
    }),
    { numRuns: 25 },
  );
});

Deno.test("exchanging the models turns the difference round and keeps p", () => {
  const { labels, sharp, blurred } = testSet(200);
  for (const metric of ["ne", "auc"] as const) {
    const there = pairedBootstrap({ metric, labels, runs: [{ baseline: blurred, candidate: sharp }] });
    const back = pairedBootstrap({ metric, labels, runs: [{ baseline: sharp, candidate: blurred }] });
    assert.equal(back.difference, -there.difference);
    assert.equal(back.p, there.p);
    close(back.interval[0], -there.interval[1], 1e-12);
    close(back.interval[1], -there.interval[0], 1e-12);
  }
});

Deno.test("a plain resampling of examples gives the same differences", () => {
  const { labels, sharp, blurred } = testSet(60);
  const resamples = 200, random = createRandom("resampling");
  const differences = Array.from({ length: resamples }, () => {
    const drawn = Array.from(labels, () => random.integer(labels.length));
    const pick = (values: ArrayLike<number>) => drawn.map((i) => values[i]);
    return auc(pick(labels), pick(sharp)) - auc(pick(labels), pick(blurred));
  }).sort((a, b) => a - b);
  const observed = auc(labels, sharp) - auc(labels, blurred);
  const centre = differences.reduce((sum, d) => sum + d, 0) / resamples;
  const extreme = differences.filter((d) => Math.abs(d - centre) >= Math.abs(observed)).length;

  const result = pairedBootstrap({
    metric: "auc",
    labels,
    runs: [{ baseline: blurred, candidate: sharp }],
    resamples,
    seed: "resampling",
  });
  assert.equal(result.redrawn, 0);
  close(result.p, (1 + extreme) / (resamples + 1), 1e-12);
  // Type 7 quantiles at positions 0.025 x 199 = 4.975 and 0.975 x 199 = 194.025.
  close(result.interval[0], .025 * differences[4] + .975 * differences[5], 1e-12);
  close(result.interval[1], .975 * differences[194] + .025 * differences[195], 1e-12);
});

Deno.test("the bootstrap of NE has the standard error that theory gives it", () => {
  // The difference of mean log losses has standard error sd / sqrt(n); on a fixed base rate NE only scales it.
  const { labels, sharp, blurred } = testSet(4000);
  const result = pairedBootstrap({ metric: "ne", labels, runs: [{ baseline: blurred, candidate: sharp }] });
  const r = labels.reduce((sum, y) => sum + y, 0) / labels.length;
  const entropy = -r * Math.log(r) - (1 - r) * Math.log(1 - r);
  const loss = (p: number, i: number) => -Math.log(labels[i] === 1 ? p : 1 - p) / entropy;
  const d = Array.from(sharp, (p, i) => loss(p, i) - loss(blurred[i], i));
  const mean = d.reduce((sum, x) => sum + x, 0) / d.length;
  const error = Math.sqrt(d.reduce((sum, x) => sum + (x - mean) ** 2, 0) / d.length ** 2);
  const width = result.interval[1] - result.interval[0];
  close(width / (2 * 1.96 * error), 1, .1);
  assert.equal(result.p, 1 / 1001);
});

Deno.test("the same seed gives the same resamples, another seed others", () => {
  const { labels, sharp, blurred } = testSet(100);
  const run = (seed: number) =>
    pairedBootstrap({ metric: "ne", labels, runs: [{ baseline: blurred, candidate: sharp }], seed });
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1).interval, run(2).interval);
  assert.equal(
    run(1).signature,
    "bootstrap|paired|examples:100|resamples:1000|seed:1|interval:percentile-0.95|v1",
  );
});

Deno.test("resamples of one class are drawn again and counted", () => {
  const labels = [1, 0, 0, 0], baseline = [.5, .5, .4, .3], candidate = [.6, .5, .4, .3];
  for (const metric of ["ne", "auc"] as const) {
    const { redrawn, p, interval } = pairedBootstrap({ metric, labels, runs: [{ baseline, candidate }] });
    // A draw misses the only positive, or every negative, with probability .75^4 + .25^4 = .32.
    assert.ok(redrawn > 300 && redrawn < 650, `${redrawn} were drawn again`);
    assert.ok([p, ...interval].every(Number.isFinite));
  }
});

Deno.test("paired bootstrap refuses what the metrics refuse", () => {
  const labels = [0, 1], good = [.2, .6];
  const run = (candidate: number[], others = {}) =>
    pairedBootstrap({ metric: "ne", labels, runs: [{ baseline: good, candidate }], ...others });
  const cases: [call: () => unknown, message: RegExp][] = [
    [() => run([.2]), /candidate has 1 values, expected 2 as in labels/],
    [() => run([.2, NaN]), /probabilities\[1\] is NaN, expected a number from 0 to 1/],
    [() => run([.2, Infinity], { metric: "auc" }), /scores\[1\] is Infinity, expected a finite number/],
    [() => run(good, { labels: [1, 1] }), /all 2 labels are 1, expected both 0 and 1/],
    [() => run(good, { labels: [1, 3] }), /labels\[1\] is 3, expected 0 or 1/],
    [() => run(good, { labels: [] }), /baseline has 2 values|labels is empty/],
    [() => run(good, { runs: [] }), /there are no runs, expected at least one/],
    [() => run(good, { resamples: 1 }), /resamples is 1, expected an integer of at least 2/],
    [() => run(good, { confidence: 95 }), /confidence is 95, expected a number in \(0, 1\)/],
    [() => run(good, { metric: "ndcg" }), /metric is "ndcg", expected one of ne, auc/],
  ];
  for (const [call, message] of cases) assert.throws(call, message);
});

Deno.test("a comparison over seeds needs both tests to agree", () => {
  const { labels, sharp, blurred } = testSet(500);
  const noisy = (scale: number) => blurred.map((p) => Math.min(.999, p * scale));
  const runs = [1, .98, 1.02].map((scale) => ({ baseline: noisy(scale), candidate: sharp }));
  const { difference, bootstrap, overSeeds, p } = compareModels({ metric: "ne", labels, runs });
  const differences = runs.map((run) =>
    normalizedEntropy(labels, run.candidate) - normalizedEntropy(labels, run.baseline)
  );
  close(difference, differences.reduce((sum, d) => sum + d, 0) / 3, 1e-12);
  assert.deepEqual(
    overSeeds,
    pairedT(bootstrap.runs.map((r) => r.baseline), bootstrap.runs.map((r) => r.candidate)),
  );
  assert.equal(p, Math.max(bootstrap.p, overSeeds!.p));

  const single = compareModels({ metric: "ne", labels, runs: runs.slice(0, 1) });
  assert.equal(single.overSeeds, undefined);
  assert.equal(single.p, single.bootstrap.p);
});

Deno.test("Holm multiplies the k-th smallest of m by m - k + 1 and never turns the order round", () => {
  // The first is worked by hand; the second is R's p.adjust(c(.01, .02, .03, .04, .05), "holm").
  const cases: [given: number[], expected: number[]][] = [
    [[.04, .01, .03], [.06, .03, .06]],
    [[.01, .02, .03, .04, .05], [.05, .08, .09, .09, .09]],
    [[.6, .9], [1, 1]],
    [[.2], [.2]],
    [[], []],
  ];
  for (const [given, expected] of cases) {
    holm(given).forEach((p, i) => close(p, expected[i], 1e-12));
    assert.equal(holm(given).length, expected.length);
  }
  const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(fc.property(family, (pValues) => {
    const adjusted = holm(pValues);
    pValues.forEach((p, i) => {
      assert.ok(adjusted[i] >= p && adjusted[i] <= Math.min(1, p * pValues.length));
      pValues.forEach((q, j) => assert.ok(p > q || adjusted[i] <= adjusted[j]));
    });
  }));
  assert.throws(() => holm([.5, NaN]), /pValues\[1\] is NaN, expected a number from 0 to 1/);
});

Deno.test("marks: one star below .05, two below .01", () => {
  assert.deepEqual([.5, .05, .049, .01, .0099, 0].map(significanceMark), ["", "", "*", "*", "**", "**"]);
});
