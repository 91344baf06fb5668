import assert from "node:assert/strict";
import fc from "fast-check";
import { auc, calibration, gauc, logLoss, logLosses, normalizedEntropy } from "../../../lib/eval/mod.ts";

const close = (actual: number, expected: number, tolerance = 1e-10) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

interface Example {
  y: number;
  s: number;
  w: number;
  group: number;
}

/** Examples of both classes; the scores lie on a grid of 10, so that ties are frequent. */
const examples: fc.Arbitrary<Example[]> = fc.array(
  fc.record({
    y: fc.integer({ min: 0, max: 1 }),
    s: fc.integer({ min: 1, max: 9 }).map((k) => k / 10),
    w: fc.integer({ min: 0, max: 3 }),
    group: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 2, maxLength: 40 },
).map(([first, second, ...rest]) => [{ ...first, y: 0, w: 1 }, { ...second, y: 1, w: 1 }, ...rest]);

const labels = (set: Example[]) => set.map(({ y }) => y);
const scores = (set: Example[]) => set.map(({ s }) => s);

function always(name: string, holds: (set: Example[]) => void): void {
  Deno.test(name, () => fc.assert(fc.property(examples, holds)));
}

always("AUC is the share of pairs in the right order", (set) => {
  let pairs = 0, right = 0;
  for (const a of set) {
    for (const b of set) {
      if (a.y === 1 && b.y === 0) {
        pairs++;
        right += a.s > b.s ? 1 : a.s === b.s ? .5 : 0;
      }
    }
  }
  close(auc(labels(set), scores(set)), right / pairs);
});

always("AUC depends on the order of the scores only", (set) => {
  const area = auc(labels(set), scores(set));
  assert.equal(auc(labels(set), scores(set).map((s) => Math.exp(5 * s) - 3)), area);
  close(auc(labels(set), scores(set).map((s) => -s)), 1 - area);
  close(auc(labels(set).map((y) => 1 - y), scores(set)), 1 - area);
});

always("the order of the examples does not matter", (set) => {
  const moved = set.toReversed();
  assert.equal(auc(labels(moved), scores(moved)), auc(labels(set), scores(set)));
  close(logLoss(labels(moved), scores(moved)), logLoss(labels(set), scores(set)));
  close(normalizedEntropy(labels(moved), scores(moved)), normalizedEntropy(labels(set), scores(set)));
  close(calibration(labels(moved), scores(moved)), calibration(labels(set), scores(set)));
});

always("a weight of k is the example k times", (set) => {
  const repeated = set.flatMap((example) => new Array<Example>(example.w).fill(example));
  close(
    auc(labels(set), scores(set), set.map(({ w }) => w)),
    auc(labels(repeated), scores(repeated)),
  );
});

always("the base rate as every prediction has NE 1 and calibration 1", (set) => {
  const rate = labels(set).reduce((sum, y) => sum + y, 0) / set.length;
  const predictions = set.map(() => rate);
  close(normalizedEntropy(labels(set), predictions), 1);
  close(calibration(labels(set), predictions), 1);
});

always("NE is log loss over a constant of the labels", (set) => {
  const halves = set.map(() => .5);
  close(
    normalizedEntropy(labels(set), scores(set)) / normalizedEntropy(labels(set), halves),
    logLoss(labels(set), scores(set)) / Math.LN2,
  );
});

always("log loss is the mean of the log losses, none of them negative", (set) => {
  const losses = logLosses(labels(set), scores(set));
  assert.ok(losses.every((loss) => loss >= 0));
  close(losses.reduce((sum, loss) => sum + loss, 0) / set.length, logLoss(labels(set), scores(set)));
});

always("GAUC of a single group is AUC, and of many groups the weighted mean of theirs", (set) => {
  close(gauc(set.map(() => "all"), labels(set), scores(set)), auc(labels(set), scores(set)));
  const groups = [0, 1, 2].map((g) => set.filter(({ group }) => group === g))
    .filter((group) => new Set(labels(group)).size === 2);
  if (groups.length === 0) return;
  const impressions = groups.reduce((sum, group) => sum + group.length, 0);
  const weighted = groups.reduce((sum, g) => sum + g.length * auc(labels(g), scores(g)), 0);
  close(gauc(set.map(({ group }) => group), labels(set), scores(set)), weighted / impressions);
});
