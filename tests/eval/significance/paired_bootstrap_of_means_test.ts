import assert from "node:assert/strict";
import { pairedBootstrapOfMeans, pairedBootstrapOfStatistics } from "../../../lib/eval/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";

const n = 60;
const systems = ["one", "other", "third"].map((name, s) => {
  const random = createRandom(name);
  return Float64Array.from({ length: n }, () => random.normal() + s / 3);
});

Deno.test("many systems at once: each pair gets what it would get alone", () => {
  const options = { resamples: 200, seed: "pair", confidence: 0.9 };
  const compare = pairedBootstrapOfMeans(systems, options);
  for (const [baseline, candidate] of [[0, 1], [1, 2], [2, 0], [1, 1]]) {
    assert.deepEqual(
      compare(baseline, candidate),
      pairedBootstrapOfStatistics({
        ...options,
        baseline: systems[baseline],
        candidate: systems[candidate],
        score: ([sum]) => sum / n,
      }),
    );
  }
});

Deno.test("what cannot be compared is refused", () => {
  const cases: [call: () => unknown, message: string][] = [
    [
      () => pairedBootstrapOfMeans([]),
      "Cannot compute paired bootstrap: systems is empty, expected at least one example",
    ],
    [
      () => pairedBootstrapOfMeans([[1, 2], [1]]),
      "Cannot compute paired bootstrap: systems[1] has 1 values, expected 2 as in systems[0]",
    ],
    [
      () => pairedBootstrapOfMeans([[1, NaN]]),
      "Cannot compute paired bootstrap: systems[0][1] is NaN, expected a finite number",
    ],
    [
      () => pairedBootstrapOfMeans([[1]], { resamples: 1 }),
      "Cannot compute paired bootstrap: resamples is 1, expected an integer of at least 2",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
});
