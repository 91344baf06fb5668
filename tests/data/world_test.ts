import assert from "node:assert/strict";
import { join } from "node:path";
import {
  makeWorld,
  openSplit,
  prepareWorld,
  splitNames,
  type World,
  worldOptimum,
  type WorldOptions,
} from "../../lib/data/mod.ts";
import { fingerprints, withTempFolder } from "./fixtures.ts";
import { readParquet } from "./parquet.ts";

const small: WorldOptions = { rows: { train: 4000, validation: 1000, test: 8000 } };

function mean(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}

/** Pearson correlation over the first `rows` values. */
function correlation(a: Float64Array, b: Float64Array, rows: number): number {
  const [ma, mb] = [mean(a, 0, rows), mean(b, 0, rows)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

function sameNumbers(a: World, b: World): boolean {
  return [...a.probabilities, a.numeric].every((column, k) =>
    column.every((value, i) => value === [...b.probabilities, b.numeric][k][i])
  );
}

Deno.test("the default world is that of the calibration: six tasks, 24 features, 42,000 training rows", () => {
  const world = makeWorld();
  assert.deepEqual(world.splits, {
    train: { from: 0, to: 42_000 },
    validation: { from: 42_000, to: 56_000 },
    test: { from: 56_000, to: 84_000 },
  });
  assert.equal(world.numeric.length, 84_000 * 24);
  const rates = [0.4, 0.2, 0.1, 0.05, 0.02, 0.01];
  for (const split of splitNames) {
    const { from, to } = world.splits[split];
    world.labels.forEach((labels, t) => {
      const deviation = Math.sqrt(rates[t] / (to - from));
      assert.ok(Math.abs(mean(labels, from, to) - rates[t]) < 5 * deviation, `task ${t} on ${split}`);
    });
  }
  for (const { name, normalizedEntropy } of worldOptimum(world)) {
    assert.ok(normalizedEntropy > 0.5 && normalizedEntropy < 0.8, `${name}: ${normalizedEntropy}`);
  }
});

Deno.test("the mean training probability is the positive rate, with noise as without", () => {
  for (const noise of [0, 0.3]) {
    const { probabilities, options } = makeWorld({ ...small, noise });
    probabilities.forEach((p, t) => {
      assert.ok(Math.abs(mean(p, 0, 4000) - options.positiveRates[t]) < 1e-9);
    });
  }
});

Deno.test("logits correlate by a_t a_u sharing, where a is 1 in the first half and 1 - 2 conflict in the second", () => {
  const cases: [sharing: number, conflict: number][] = [
    [0.5, 0],
    [0.8, 0.25],
    [0.8, 0.5],
    [0.5, 1],
    [0, 1],
    [1, 1],
  ];
  for (const [sharing, conflict] of cases) {
    const { logits } = makeWorld({ ...small, sharing, conflict });
    const a = (t: number) => t < 3 ? 1 : 1 - 2 * conflict;
    for (let s = 0; s < 6; s++) {
      for (let t = 0; t < s; t++) {
        const planted = a(s) * a(t) * sharing;
        const found = correlation(logits[s], logits[t], 4000);
        assert.ok(Math.abs(found - planted) < 1e-9, `tasks ${s}, ${t}: ${found}, planted ${planted}`);
      }
    }
  }
});

Deno.test("the planted correlations hold on rows that the teachers were not fitted on", () => {
  const { logits, rows } = makeWorld({
    rows: { train: 20_000, validation: 1, test: 20_000 },
    sharing: 0.8,
    conflict: 0.75,
  });
  const unseen = logits.map((column) => column.subarray(20_001, rows));
  for (const [s, t, planted] of [[0, 1, 0.8], [0, 5, -0.4], [4, 5, 0.2]]) {
    assert.ok(Math.abs(correlation(unseen[s], unseen[t], 20_000) - planted) < 0.06, `tasks ${s}, ${t}`);
  }
});

Deno.test("of an odd number of tasks the one in the middle shares", () => {
  const { logits } = makeWorld({ ...small, positiveRates: [0.3, 0.2, 0.1], sharing: 1, conflict: 1 });
  assert.ok(Math.abs(correlation(logits[0], logits[1], 4000) - 1) < 1e-9);
  assert.ok(Math.abs(correlation(logits[1], logits[2], 4000) + 1) < 1e-9);
});

Deno.test("at any labelCorrelation each label follows its own probability, and labels go together as planted", () => {
  // Sharing 1 at equal rates gives both tasks one probability; tiny signal makes it the rate, .5. The share of rows
  // where two such labels agree is then 1/2 + arcsin(r) / pi (Sheppard 1899).
  const rows = { train: 40_000, validation: 1, test: 1 };
  for (const labelCorrelation of [0, 0.5, 0.9, 1]) {
    const { labels: [a, b] } = makeWorld({
      rows,
      positiveRates: [0.5, 0.5],
      sharing: 1,
      signal: 1e-6,
      labelCorrelation,
    });
    assert.ok(Math.abs(mean(a) - 0.5) < 0.0125 && Math.abs(mean(b) - 0.5) < 0.0125);
    const agree = mean(a.map((label, i) => label === b[i] ? 1 : 0));
    assert.ok(Math.abs(agree - (0.5 + Math.asin(labelCorrelation) / Math.PI)) < 0.0125, `${agree}`);
  }
});

Deno.test("labels are drawn from the probabilities that the world returns", () => {
  const { labels, probabilities } = makeWorld({
    rows: { train: 40_000, validation: 1, test: 1 },
    noise: 0.1,
  });
  labels.forEach((label, t) => {
    // Hosmer-Lemeshow's statistic over ten fixed bins, chi-squared with at most 10 degrees of freedom.
    const bins = Array.from({ length: 10 }, () => ({ n: 0, expected: 0, variance: 0, found: 0 }));
    probabilities[t].forEach((p, i) => {
      const bin = bins[Math.min(9, Math.floor(p * 10))];
      bin.n++;
      bin.expected += p;
      bin.variance += p * (1 - p);
      bin.found += label[i];
    });
    const filled = bins.filter(({ variance }) => variance > 5);
    assert.ok(filled.length >= 3);
    const statistic = filled.reduce((sum, bin) => sum + (bin.found - bin.expected) ** 2 / bin.variance, 0);
    assert.ok(statistic < 35, `task ${t}: ${statistic}`);
  });
});

Deno.test("no other predictor of the same form beats the optimum", () => {
  const world = makeWorld(small);
  const { from, to } = world.splits.test;
  const optimum = worldOptimum(world);
  world.labels.slice(0, 4).forEach((labels, t) => {
    const score = (slope: number, shift: number) => {
      let loss = 0;
      for (let i = from; i < to; i++) {
        const p = 1 / (1 + Math.exp(-(slope * world.logits[t][i] + shift)));
        loss -= Math.log(labels[i] ? p : 1 - p);
      }
      return loss / (to - from);
    };
    assert.ok(Math.abs(score(1, 0) - optimum[t].logLoss) < 1e-12);
    for (const [slope, shift] of [[0.7, 0], [1.4, 0], [1, 0.4], [1, -0.4]]) {
      assert.ok(score(slope, shift) > optimum[t].logLoss, `task ${t}, slope ${slope}, shift ${shift}`);
    }
  });
});

Deno.test("the optimum is the mean entropy of the true probabilities over that of the rate, up to the draw", () => {
  const world = makeWorld({ rows: { train: 2000, validation: 1, test: 100_000 } });
  const { from, to } = world.splits.test;
  const h = (p: number) => p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log(1 - p) : 0;
  worldOptimum(world).forEach(({ normalizedEntropy }, t) => {
    const p = world.probabilities[t].subarray(from, to);
    const expected = mean(p.map(h)) / h(mean(p));
    assert.ok(Math.abs(normalizedEntropy - expected) < 0.03, `task ${t}: ${normalizedEntropy}, ${expected}`);
  });
});

Deno.test("more signal lowers the optimum, noise raises it", () => {
  const ne = (options: WorldOptions) =>
    worldOptimum(makeWorld({ ...small, ...options }))[0].normalizedEntropy;
  const [weak, plain, strong] = [ne({ signal: 1 }), ne({}), ne({ signal: 6 })];
  assert.ok(strong < plain && plain < weak && weak < 1);
  const [noisy, noisier] = [ne({ noise: 0.2 }), ne({ noise: 0.9 })];
  assert.ok(plain < noisy && noisy < noisier && noisier < 1.01);
});

Deno.test("a world follows from its options; another seed gives another", () => {
  assert.ok(sameNumbers(makeWorld(small), makeWorld(small)));
  assert.ok(!sameNumbers(makeWorld(small), makeWorld({ ...small, seed: 1 })));
});

Deno.test("worlds that differ in their tasks only have the same inputs", () => {
  const other = makeWorld({ ...small, conflict: 0, positiveRates: [0.5] });
  assert.deepEqual(other.numeric, makeWorld(small).numeric);
});

Deno.test("impossible worlds are refused by the option at fault", () => {
  const cases: [options: WorldOptions, message: string][] = [
    [{ rows: { train: 0, validation: 1, test: 1 } }, "rows.train is 0, expected an integer from 1"],
    [{ positiveRates: [0.5, 1] }, "positiveRates is 1, expected rates in (0, 1)"],
    [{ positiveRates: [] }, "positiveRates.length is 0, expected an integer from 1"],
    [{ sharing: 1.1 }, "sharing is 1.1, expected a share in [0, 1]"],
    [{ conflict: -0.1 }, "conflict is -0.1, expected a share in [0, 1]"],
    [{ labelCorrelation: 1.5 }, "labelCorrelation is 1.5, expected a correlation in [0, 1]"],
    [{ noise: 1 }, "noise is 1, expected a share in [0, 1)"],
    [{ signal: 0 }, "signal is 0, expected a positive number"],
    [{ hiddenUnits: 1.5 }, "hiddenUnits is 1.5, expected an integer from 1"],
    [{ numericFields: 0 }, "numericFields + categoricalFields is 0, expected an integer from 1"],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => makeWorld(options), {
      name: "RangeError",
      message: `Cannot make a world: ${message}`,
    });
  }
});

Deno.test("a prepared world holds the same rows and labels, and its optimum", async () => {
  await withTempFolder(async (root) => {
    const options = { ...small, categoricalFields: 2, categoricalSize: 5 };
    const world = makeWorld(options);
    const outDir = join(root, "world");
    const schema = await prepareWorld({ ...options, outDir });
    assert.deepEqual(schema.rows, small.rows);
    assert.deepEqual(schema.fields.slice(23), [
      { name: "x24", kind: "numeric" },
      { name: "c1", kind: "categorical", size: 6 },
      { name: "c2", kind: "categorical", size: 6 },
    ]);
    const test = await readParquet(join(outDir, "test.parquet"));
    const { from } = world.splits.test;
    test.forEach((row, i) => {
      assert.equal(row.row, from + i);
      world.labels.forEach((labels, t) => assert.equal(row[`task-${t + 1}`], labels[from + i]));
    });
    const { mean: center, scale } =
      JSON.parse(await Deno.readTextFile(join(outDir, "encoder.json"))).fields[0];
    assert.ok(Math.abs((test[7].x1 as number) - (world.numeric[(from + 7) * 24] - center) / scale) < 1e-6);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(outDir, "optimum.json"))), {
      split: "test",
      tasks: worldOptimum(world, "test"),
    });
    const before = await fingerprints(outDir);
    await prepareWorld({ ...options, outDir });
    assert.deepEqual(await fingerprints(outDir), before);
    assert.equal((await openSplit(outDir, "train")).rows, 4000);
  });
});

Deno.test("a world may consist of categories alone", async () => {
  await withTempFolder(async (root) => {
    const outDir = join(root, "world");
    await prepareWorld({
      ...small,
      numericFields: 0,
      categoricalFields: 6,
      positiveRates: [0.4, 0.2],
      outDir,
    });
    const split = await openSplit(outDir, "validation");
    const { value: batch } = await split.batches({ batchSize: 64 }).next();
    assert.equal(batch.numeric.length, 0);
    assert.equal(batch.categorical.length, 64 * 6);
    assert.ok(batch.categorical.every((id: number) => id >= 1 && id <= 20));
  });
});
