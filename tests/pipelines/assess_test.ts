/** The assessment of predictions, as a stage, without the training before it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import assess, { type Assessment } from "../../pipelines/stages/assess.ts";
import { readPredictions, writeRun } from "../../pipelines/stages/training_run.ts";
import { binaryHeads } from "../../lib/balance/mod.ts";
import { createRandom } from "../../lib/random/mod.ts";
import { runStage } from "./run_stage.ts";

const tasks = ["a", "b"], rows = 400;

/** Predictions that lean to the truth by `skill`; the last quarter of task b has no label. */
function predictions(skill: number, seed: number) {
  const truth = createRandom("truth"), luck = createRandom(seed);
  const labels = tasks.map(() => Float32Array.from({ length: rows }, () => truth.uniform() < 0.3 ? 1 : 0));
  const predicted = labels.map((y) => y.map((label) => 0.3 + skill * (label - 0.3) * luck.uniform()));
  labels[1].fill(NaN, 3 * rows / 4);
  return { labels, predicted };
}

async function assessed(
  runs: { method: string; seed: number; skill: number }[],
  against = "ew",
): Promise<Assessment> {
  const dir = await Deno.makeTempDir();
  try {
    const inputs: Record<string, string[]> = { predictions: [], scores: [] };
    for (const [i, { skill, seed }] of runs.entries()) {
      const path = (name: string) => join(dir, `${i}-${name}`);
      await writeRun(
        {
          outputs: {
            "predictions.safetensors": path("predictions.safetensors"),
            "scores.json": path("scores.json"),
          },
          log() {},
        },
        {
          ...{ backend: { name: "wasm", threads: 1 }, tasks, heads: binaryHeads(2), selection: {} },
          ...{ examples: 1, seconds: 1 },
          predictions: predictions(skill, seed),
        },
      );
      inputs.predictions.push(path("predictions.safetensors"));
      inputs.scores.push(path("scores.json"));
    }
    const output = join(dir, "assessment.json");
    await runStage(assess, {
      params: {
        ...{ dataset: "tiny", backbone: "shared-bottom", resamples: 200, against },
        runs: runs.map(({ method, seed }) => ({ method, seed })),
      },
      inputs,
      outputs: { "assessment.json": output },
    });
    return JSON.parse(await Deno.readTextFile(output));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const runs = [1, 2, 3].flatMap((seed) => [
  { method: "single-task", seed, skill: 0.9 },
  { method: "ew", seed, skill: 0.5 },
  { method: "multibalance", seed, skill: 0.9 },
]);

Deno.test("a better method gains, in every task and in the mean, and the tests say so", async () => {
  const { records, tests, seeds, examples, backend } = await assessed(runs);
  assert.deepEqual([seeds, examples, backend], [3, rows, "wasm, 1 thread"]);
  const gains = records.filter(({ method, metric }) => method === "multibalance" && metric === "gain");
  assert.deepEqual(gains.map(({ task }) => task).slice(0, 3), ["mean", "a", "b"]);
  for (const { value } of gains) assert.ok(value! > 5, `${value}`);
  for (const { p } of tests.filter(({ method }) => method === "multibalance")) assert.ok(p < 0.05, `${p}`);
  assert.ok(records.every(({ value }) => Number.isFinite(value)), "missing labels leave no NaN");
});

Deno.test("Delta_m of the single-task models against themselves is 0", async () => {
  const { records } = await assessed(runs);
  const own = records.filter(({ method, metric }) => method === "single-task" && metric === "delta-m");
  assert.deepEqual(own.map(({ value }) => value), [0, 0, 0]);
});

Deno.test("with one seed the tasks are tested over examples, and the mean is not tested", async () => {
  const { tests } = await assessed(runs.filter(({ seed }) => seed === 1));
  assert.deepEqual([...new Set(tests.map(({ task }) => task))], tasks);
});

Deno.test("gains and tests are against any of the methods", async () => {
  const { records, tests } = await assessed(runs, "multibalance");
  const gains = (of: string) =>
    records.filter(({ method, metric }) => method === of && metric === "gain").map(({ value }) => value!);
  assert.ok(gains("multibalance").every((gain) => gain === 0));
  assert.ok(gains("ew").every((gain) => gain < -5), `${gains("ew")}`);
  assert.deepEqual([...new Set(tests.map(({ method }) => method))], ["single-task", "ew"]);
});

Deno.test("predictions of every kind come back as they were written", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = (name: string) => join(dir, name);
    const heads = [
      { kind: "multi-class", outputs: 3 },
      { kind: "binary", outputs: 1 },
      { kind: "regression", outputs: 1 },
    ] as const;
    const given = {
      predicted: [
        Float32Array.of(0.5, 0.2, 0.25, 0.2, 0.25, 0.6),
        Float32Array.of(0.1, 0.9),
        Float32Array.of(-1, 2),
      ],
      labels: [Float32Array.of(0, 2), Float32Array.of(0, 1), Float32Array.of(-2, 1)],
    };
    await writeRun(
      {
        outputs: { "predictions.safetensors": path("predictions"), "scores.json": path("scores") },
        log() {},
      },
      {
        ...{ backend: { name: "wasm", threads: 1 }, tasks: ["a", "b", "c"], heads, selection: {} },
        ...{ predictions: given, examples: 1, seconds: 1 },
      },
    );
    assert.deepEqual(await readPredictions(path("predictions"), heads), given);
    const { test } = JSON.parse(await Deno.readTextFile(path("scores")));
    assert.deepEqual(test.map(({ kind }: { kind: string }) => kind), ["multi-class", "binary", "regression"]);
    // The tables know binary tasks alone.
    const assessing = runStage(assess, {
      params: {
        dataset: "tiny",
        backbone: "b",
        runs: [{ method: "ew", seed: 1 }],
        against: "ew",
        resamples: 2,
      },
      inputs: { predictions: [path("predictions")], scores: [path("scores")] },
      outputs: { "assessment.json": path("assessment.json") },
    });
    await assert.rejects(assessing, {
      name: "TypeError",
      message: "Cannot assess task 'a': its kind is multi-class, expected binary tasks alone",
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
