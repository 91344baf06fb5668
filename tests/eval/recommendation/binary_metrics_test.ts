import assert from "node:assert/strict";
import {
  auc,
  calibration,
  deltaM,
  type DeltaMRow,
  gauc,
  logLoss,
  logLosses,
  normalizedEntropy,
  relativeGain,
} from "../../../lib/eval/mod.ts";
import { close } from "../close.ts";

// Ten examples with ties within and across classes. Values below: a double loop over all pairs, in Python.
const labels = [0, 1, 1, 0, 1, 0, 0, 1, 0, 0];
const scores = [.1, .8, .35, .35, .9, .2, .8, .35, .05, .6];

Deno.test("AUC counts pairs in the right order, ties as half", () => {
  const cases: [why: string, labels: number[], scores: number[], expected: number][] = [
    ["scikit-learn's documented example", [0, 0, 1, 1], [.1, .4, .35, .8], .75],
    ["18.5 of 24 pairs", labels, scores, 18.5 / 24],
    ["perfect", [0, 0, 1], [1, 2, 3], 1],
    ["reversed", [1, 0, 0], [1, 2, 3], 0],
    ["one tie over all", [0, 1, 1, 0, 1], [7, 7, 7, 7, 7], .5],
    ["negative and positive zero are equal", [0, 1], [0, -0], .5],
  ];
  for (const [why, y, s, expected] of cases) assert.equal(auc(y, s), expected, why);
});

Deno.test("AUC takes weights", () => {
  close(auc(labels, scores, [1, 2, .5, 3, 1, 1, 2, 4, 0, 1]), 0.6291666666666667);
});

Deno.test("metrics take typed arrays", () => {
  assert.equal(auc(Uint8Array.from(labels), Float64Array.from(scores)), 18.5 / 24);
  close(normalizedEntropy(Uint8Array.from(labels), Float32Array.from(scores)), 0.8565166876446444, 1e-7);
});

Deno.test("log loss is the mean of the examples' cross-entropies in nats", () => {
  close(logLoss(labels, scores), 0.5764457237729688);
  // scikit-learn's documented example: spam .9, ham .1, ham .2, spam .65.
  close(logLoss([1, 0, 0, 1], [.9, .1, .2, .65]), 0.21616187468057912);
  const losses = logLosses([1, 0], [.25, .25]);
  close(losses[0], Math.log(4));
  close(losses[1], Math.log(4 / 3));
});

Deno.test("a sure mistake costs ln 1e15, a sure hit almost nothing", () => {
  const [missed, alsoMissed, hit] = logLosses([1, 0, 1], [0, 1, 1]);
  close(missed, 15 * Math.LN10);
  close(alsoMissed, 15 * Math.LN10, 0.002); // 1 - 1e-15 is rounded to a multiple of 2^-53.
  close(hit, 1e-15, 1e-16);
});

Deno.test("normalized entropy divides by the entropy of the evaluated set's base rate", () => {
  close(normalizedEntropy(labels, scores), 0.8565166876446444);
  close(normalizedEntropy([0, 0, 0, 1], [.25, .25, .25, .25]), 1);
  close(normalizedEntropy([0, 1], [0, 1]), 0, 1e-14);
});

Deno.test("relative gain is a percentage of the baseline, positive where NE fell", () => {
  close(relativeGain(.76, .8), 5);
  close(relativeGain(.84, .8), -5);
  assert.equal(relativeGain(.8, .8), 0);
});

Deno.test("calibration is expected over observed positives", () => {
  close(calibration(labels, scores), 4.5 / 4);
  assert.equal(calibration([0, 1], [0, 0]), 0);
});

Deno.test("GAUC weighs each group's AUC by its examples and skips groups of one class", () => {
  const groups = ["a", "a", "b", "b", "b", "a", "b", "c", "c", "b", "d", "d", "d"];
  // a: 3 examples, AUC 1; b: 5, 7/12 (3.5 of 6 pairs); c: 2, 1; d has negatives only.
  close(gauc(groups, [...labels, 0, 0, 0], [...scores, 1, 2, 3]), (3 + 5 * 7 / 12 + 2) / 10);
  assert.equal(gauc(Uint32Array.of(5, 5, 9, 9), [0, 1, 0, 1], [1, 2, 4, 3]), .5);
});

Deno.test("Delta_m averages within tasks, then over tasks; positive is better", () => {
  const row = (task: string, value: number, baseline: number, higherIsBetter: boolean): DeltaMRow => ({
    task,
    value,
    baseline,
    higherIsBetter,
  });
  close(deltaM([row("click", .88, .8, true)]), 10);
  close(deltaM([row("click", .88, .8, false)]), -10);
  // Task 1: (+10% - 20%) / 2; task 2: +25%.
  close(
    deltaM([row("t1", 1.1, 1, true), row("t2", 1.5, 2, false), row("t1", 1.2, 1, false)]),
    (-5 + 25) / 2,
  );
});

Deno.test("degenerate input is refused with its place and value", () => {
  const row = { task: "t", value: 1, baseline: 1, higherIsBetter: true };
  const cases: [call: () => unknown, message: string][] = [
    [() => auc([], []), "Cannot compute AUC: labels is empty, expected at least one example"],
    [() => auc([0, 1], [1]), "Cannot compute AUC: scores has 1 values, expected 2 as in labels"],
    [() => auc([0, 1], [1, 2], [1]), "Cannot compute AUC: weights has 1 values, expected 2 as in labels"],
    [() => auc([0, 2], [1, 1]), "Cannot compute AUC: labels[1] is 2, expected 0 or 1"],
    [() => auc([0, 1], [1, NaN]), "Cannot compute AUC: scores[1] is NaN, expected a finite number"],
    [
      () => auc([0, 1], [1, 2], [1, -1]),
      "Cannot compute AUC: weights[1] is -1, expected a finite number from 0 up",
    ],
    [
      () => auc([1, 1], [1, 2]),
      "Cannot compute AUC: the labels (of non-zero weight) are of one class, expected both 0 and 1",
    ],
    [
      () => auc([0, 1], [1, 2], [1, 0]),
      "Cannot compute AUC: the labels (of non-zero weight) are of one class, expected both 0 and 1",
    ],
    [
      () => logLoss([0, 1], [.5, Infinity]),
      "Cannot compute log loss: probabilities[1] is Infinity, expected a number from 0 to 1",
    ],
    [() => logLosses([], []), "Cannot compute log loss: labels is empty, expected at least one example"],
    [
      () => normalizedEntropy([0, 0], [.5, .5]),
      "Cannot compute normalized entropy: all 2 labels are 0, expected both 0 and 1",
    ],
    [
      () => normalizedEntropy([0, 1], [.5, NaN]),
      "Cannot compute log loss: probabilities[1] is NaN, expected a number from 0 to 1",
    ],
    [
      () => calibration([0, 0], [.5, .5]),
      "Cannot compute calibration: all 2 labels are 0, expected at least one 1",
    ],
    [
      () => calibration([0, 1], [.5, -.5]),
      "Cannot compute calibration: probabilities[1] is -0.5, expected a number from 0 to 1",
    ],
    [() => gauc([1], [0, 1], [1, 2]), "Cannot compute GAUC: labels has 2 values, expected 1 as in groups"],
    [
      () => gauc([1, 2], [0, 1], [1, 2]),
      "Cannot compute GAUC: none of the 2 groups has both classes, expected at least one",
    ],
    [
      () => relativeGain(NaN, 1),
      "Cannot compute relative gain: NE is NaN, expected a finite number from 0 up",
    ],
    [
      () => relativeGain(1, 0),
      "Cannot compute relative gain: the baseline NE is 0, expected a positive number",
    ],
    [() => deltaM([]), "Cannot compute Delta_m: there are no rows, expected at least one"],
    [
      () => deltaM([{ ...row, value: NaN }]),
      'Cannot compute Delta_m: task "t" has value NaN, expected a finite number',
    ],
    [
      () => deltaM([{ ...row, baseline: 0 }]),
      'Cannot compute Delta_m: task "t" has baseline 0, expected a positive number',
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
