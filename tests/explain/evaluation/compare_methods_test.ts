import assert from "node:assert/strict";
import { compareOverSeedsAndExamples, holm, pairedBootstrapOfStatistics } from "../../../lib/eval/mod.ts";
import { compareMethods, type ScoredMethod } from "../../../lib/explain/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { close } from "../../eval/close.ts";

const reviews = 50, users = 20;

/** Values around a mean, with luck of the seed if it draws. */
function method(name: string, mean: number, seeds: number, draws = seeds > 1, ranks = true): ScoredMethod {
  const runs = Array.from({ length: seeds }, (_, seed) => {
    const random = createRandom(`${name}/${seed}`);
    const values = (n: number) => Float64Array.from({ length: n }, () => mean + (random.uniform() - .5) / 2);
    return new Map([
      ["bleu", values(reviews)],
      ...ranks ? [["tau", values(users)] as const] : [],
    ]);
  });
  return { method: name, draws, runs };
}

const methods = [
  method("base", .5, 1),
  method("near", .5, 3),
  method("oracle", 2, 1, false, false),
  method("ours", 1, 3),
];
const options = { baseline: "base", subject: "ours", subjectMetrics: ["bleu", "tau"], resamples: 300 };

const meanOf = ({ runs }: ScoredMethod, metric: string) =>
  runs[0].get(metric)!.map((_, i) => runs.reduce((sum, run) => sum + run.get(metric)![i], 0) / runs.length);

Deno.test("every method is tested against the baseline, seeds averaged, metrics that it lacks left out", () => {
  const { tests, signature } = compareMethods(methods, options);
  assert.deepEqual(
    tests.map(({ method, metric }) => `${method} ${metric}`),
    ["near bleu", "near tau", "oracle bleu", "ours bleu", "ours tau"],
  );
  for (const { method, metric, p } of tests) {
    const candidate = meanOf(methods.find((other) => other.method === method)!, metric);
    const alone = pairedBootstrapOfStatistics({
      baseline: meanOf(methods[0], metric),
      candidate,
      score: ([sum]) => sum / candidate.length,
      resamples: 300,
    });
    assert.equal(p, alone.p, `${method} ${metric}`);
  }
  assert.equal(
    signature,
    "bootstrap|paired|examples:reviews-or-users|resamples:300|seed:0|interval:percentile-0.95|v1",
  );
});

Deno.test("the subject is compared with every other method, over examples, and over seeds and examples", () => {
  const { differences } = compareMethods(methods, options);
  assert.deepEqual(
    differences.map(({ method, metric }) => `${method} ${metric}`),
    ["base bleu", "near bleu", "oracle bleu", "base tau", "near tau"],
  );
  const bleu = differences.slice(0, 3);
  bleu.forEach(({ method, difference, interval }) => {
    const other = methods.find((own) => own.method === method)!;
    const mean = (own: ScoredMethod) => meanOf(own, "bleu").reduce((sum, value) => sum + value, 0) / reviews;
    close(difference, mean(methods[3]) - mean(other));
    assert.ok(interval[0] < difference && difference < interval[1]);
  });
  // Holm over the methods of one metric, each p apart.
  const raw = bleu.map(({ method }) =>
    compareOverSeedsAndExamples(...[method, "ours"].map((name) => {
      const { runs, draws } = methods.find((own) => own.method === name)!;
      return { draws, runs: runs.map((run) => run.get("bleu")!) };
    }) as [never, never])!.p
  );
  assert.deepEqual(bleu.map(({ overSeeds }) => overSeeds!.p), holm(raw));
});

Deno.test("with one seed of a method that draws, its seeds are left out of account", () => {
  const one = [method("base", .5, 1), method("ours", 1, 1, true)];
  const { differences, differenceSignatures } = compareMethods(one, options);
  assert.deepEqual(differences.map(({ overSeeds }) => overSeeds), [undefined, undefined]);
  assert.ok(differenceSignatures.every((signature) => signature.startsWith("bootstrap")));
});

Deno.test("without the subject, or the baseline, there is nothing to compare with it", () => {
  const { differences, tests } = compareMethods(methods, { ...options, subject: "none", baseline: "nobody" });
  assert.deepEqual([differences, tests], [[], []]);
});
