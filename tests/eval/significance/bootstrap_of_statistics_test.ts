import assert from "node:assert/strict";
import fc from "fast-check";
import { logLosses, pairedBootstrap } from "../../../lib/eval/mod.ts";
import {
  bootstrapInterval,
  pairedBootstrapOfStatistics,
} from "../../../lib/eval/significance/bootstrap_of_statistics.ts";
import {
  bootstrapIntervalOf,
  pairedBootstrapOf,
} from "../../../lib/eval/significance/paired_bootstrap_of.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { close } from "../close.ts";

/** Hits and trials of n examples, for `ratio`; `shift` adds to the expected hits. */
function statistics(n: number, shift: number, seed = 7): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: 2 * n }, (_, i) => i % 2 === 0 ? random.integer(10) + shift : 12);
}
const ratio = ([hits, trials]: Float64Array) => hits / trials;

Deno.test("the bootstrap of NE and AUC keeps its published numbers to the last bit", () => {
  const labels = [1, 0, 0, 1, 0, 1, 0, 0, 1, 0];
  const baseline = [.5, .5, .4, .3, .2, .6, .1, .7, .8, .35];
  const candidate = [.6, .45, .4, .55, .1, .7, .2, .5, .85, .3];
  const runs = [{ baseline, candidate }, { baseline: candidate.toReversed(), candidate: baseline }];
  const run = (metric: "ne" | "auc") => {
    const { difference, interval, p, redrawn } = pairedBootstrap({
      metric,
      labels,
      runs,
      resamples: 500,
      seed: "pin",
    });
    return [difference, ...interval, p, redrawn];
  };
  // Written down before the resampling was shared between metrics.
  assert.deepEqual(run("ne"), [
    -0.5809351157610425,
    -1.0974783243654698,
    -0.3677820236659361,
    0.01996007984031936,
    1,
  ]);
  assert.deepEqual(run("auc"), [0.4791666666666667, 0.375, 0.5, 0.001996007984031936, 1]);
});

Deno.test("NE as a score of summed losses and labels has the bootstrap of NE", () => {
  const random = createRandom(11), n = 200;
  const labels = Uint8Array.from({ length: n }, () => Number(random.uniform() < .4));
  const predictions = () => Float64Array.from(labels, (y) => .2 + .4 * y + .3 * random.uniform());
  const runs = [{ baseline: predictions(), candidate: predictions() }];
  const rows = (p: Float64Array) =>
    Float64Array.from(logLosses(labels, p)).reduce<number[]>(
      (all, loss, i) => [...all, loss, labels[i]],
      [],
    );
  const result = pairedBootstrapOfStatistics({
    baseline: rows(runs[0].baseline),
    candidate: rows(runs[0].candidate),
    columns: 2,
    score([loss, positives]) {
      const r = positives / n;
      return loss / n / (-r * Math.log(r) - (1 - r) * Math.log(1 - r));
    },
    seed: 3,
  });
  const expected = pairedBootstrap({ metric: "ne", labels, runs, seed: 3 });
  assert.equal(expected.redrawn, 0);
  close(result.baseline, expected.runs[0].baseline);
  close(result.candidate, expected.runs[0].candidate);
  close(result.difference, expected.difference);
  close(result.interval[0], expected.interval[0]);
  close(result.interval[1], expected.interval[1]);
  assert.equal(result.p, expected.p);
  assert.equal(result.signature, expected.signature);
});

Deno.test("both p-values follow their formulas over the same resampled differences", () => {
  const n = 40, resamples = 300;
  const baseline = statistics(n, 0, 1), candidate = statistics(n, .4, 2);
  const random = createRandom(9);
  const differences = Array.from({ length: resamples }, () => {
    const drawn = Array.from({ length: n }, () => random.integer(n));
    const of = (rows: Float64Array) => drawn.reduce((sum, i) => sum + rows[2 * i], 0) / (12 * n);
    return of(candidate) - of(baseline);
  });
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const run = (pValue: "centred" | "sacrebleu") =>
    pairedBootstrapOfStatistics({
      baseline,
      candidate,
      columns: 2,
      score: ratio,
      resamples,
      seed: 9,
      pValue,
    });
  const d = Math.abs(run("centred").difference);
  const centre = mean(differences), magnitude = mean(differences.map(Math.abs));
  assert.equal(
    run("centred").p,
    (1 + differences.filter((x) => Math.abs(x - centre) >= d).length) / (resamples + 1),
  );
  assert.equal(
    run("sacrebleu").p,
    (1 + differences.filter((x) => Math.abs(x) - magnitude > d).length) / (resamples + 1),
  );
  assert.ok(run("sacrebleu").p < run("centred").p, "one tail is less than two");
  assert.match(run("sacrebleu").signature, /\|interval:percentile-0\.95\|p:sacrebleu\|v1$/);
});

Deno.test("a system against itself differs by nothing", () => {
  const rows = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(rows, fc.integer(), (values, seed) => {
    const run = (pValue: "centred" | "sacrebleu") =>
      pairedBootstrapOfStatistics({
        baseline: values,
        candidate: values,
        score: ([sum]) => Math.sqrt(sum),
        resamples: 20,
        seed,
        pValue,
      });
    assert.deepEqual([run("centred").difference, run("centred").interval, run("centred").p], [0, [0, 0], 1]);
    assert.equal(run("sacrebleu").p, 1 / 21);
  }));
});

Deno.test("exchanging the systems turns the difference round and keeps p", () => {
  const one = statistics(100, 0, 1), other = statistics(100, .3, 2);
  const run = (baseline: Float64Array, candidate: Float64Array) =>
    pairedBootstrapOfStatistics({ baseline, candidate, columns: 2, score: ratio });
  const there = run(one, other), back = run(other, one);
  assert.equal(back.difference, -there.difference);
  assert.equal(back.p, there.p);
  close(back.interval[0], -there.interval[1]);
  close(back.interval[1], -there.interval[0]);
});

Deno.test("the interval of a mean has the width that theory gives it, and covers the score", () => {
  const random = createRandom(5), n = 2000;
  const values = Float64Array.from({ length: n }, () => 3 + 2 * random.normal());
  const { score, mean, interval: [low, high], signature } = bootstrapInterval({
    statistics: values,
    score: ([sum]) => sum / n,
  });
  close(score, values.reduce((sum, x) => sum + x, 0) / n);
  close(mean, score, .01);
  assert.ok(low < score && score < high);
  close((high - low) / (2 * 1.96 * 2 / Math.sqrt(n)), 1, .1);
  assert.equal(signature, "bootstrap|examples:2000|resamples:1000|seed:0|interval:percentile-0.95|v1");
});

Deno.test("a single example leaves nothing to draw: the interval is a point", () => {
  const { score, mean, interval } = bootstrapInterval({
    statistics: [3, 4],
    columns: 2,
    score: ratio,
    resamples: 10,
  });
  assert.deepEqual([score, mean, interval], [.75, .75, [.75, .75]]);
});

Deno.test("a wider level gives a wider interval, the same seed the same numbers", () => {
  const run = (confidence: number, seed: number | string) =>
    bootstrapInterval({
      statistics: statistics(80, 0),
      columns: 2,
      score: ratio,
      confidence,
      seed,
    });
  const width = ([low, high]: readonly [number, number]) => high - low;
  assert.ok(width(run(.99, 1).interval) > width(run(.9, 1).interval));
  assert.deepEqual(run(.95, "a"), run(.95, "a"));
  assert.notDeepEqual(run(.95, "a").interval, run(.95, "b").interval);
});

Deno.test("a metric that is no function of sums is bootstrapped from the counts", () => {
  const values = [5, 1, 9, 7, 3];
  const median = (counts: Uint32Array) => values.flatMap((x, i) => Array(counts[i]).fill(x)).sort()[2];
  const { baseline, candidate, difference, interval } = pairedBootstrapOf({
    count: 5,
    baseline: median,
    candidate: (counts) => median(counts) + 2,
  });
  assert.deepEqual([baseline, candidate, difference, interval], [5, 7, 2, [2, 2]]);
  const alone = bootstrapIntervalOf({ count: 5, statistic: median });
  assert.equal(alone.score, 5);
  assert.deepEqual(alone.interval, [1, 9]);
});

Deno.test("bootstraps refuse bad input with its place and value", () => {
  const good = { baseline: [1, 2], candidate: [2, 1], score: ([sum]: Float64Array) => sum };
  const paired = (others: Partial<Parameters<typeof pairedBootstrapOfStatistics>[0]>) => () =>
    pairedBootstrapOfStatistics({ ...good, ...others });
  const cases: [call: () => unknown, message: string][] = [
    [
      paired({ baseline: [], candidate: [] }),
      "Cannot compute paired bootstrap: baseline is empty, expected at least one example",
    ],
    [
      paired({ candidate: [1, 2, 3] }),
      "Cannot compute paired bootstrap: candidate has 3 examples, expected 2 as in baseline",
    ],
    [
      paired({ baseline: [1, 2, 3], columns: 2 }),
      "Cannot compute paired bootstrap: baseline has 3 values, expected a multiple of its 2 columns",
    ],
    [paired({ columns: 0 }), "Cannot compute paired bootstrap: columns is 0, expected a positive integer"],
    [
      paired({ candidate: [1, NaN] }),
      "Cannot compute paired bootstrap: candidate[1] is NaN, expected a finite number",
    ],
    [
      paired({ score: () => NaN }),
      "Cannot compute paired bootstrap: the baseline's metric is NaN for a resample, expected a finite number",
    ],
    [
      paired({ resamples: 1 }),
      "Cannot compute paired bootstrap: resamples is 1, expected an integer of at least 2",
    ],
    [
      paired({ confidence: 1 }),
      "Cannot compute paired bootstrap: confidence is 1, expected a number in (0, 1)",
    ],
    [
      paired({ pValue: "one-sided" as "centred" }),
      'Cannot compute paired bootstrap: pValue is "one-sided", expected one of centred, sacrebleu',
    ],
    [
      () => bootstrapInterval({ statistics: [], score: good.score }),
      "Cannot compute bootstrap interval: statistics is empty, expected at least one example",
    ],
    [
      () => pairedBootstrapOf({ count: 0, baseline: () => 1, candidate: () => 1 }),
      "Cannot compute paired bootstrap: count is 0, expected a positive integer",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
