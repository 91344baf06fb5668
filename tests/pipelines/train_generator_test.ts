import assert from "node:assert/strict";
import { join } from "node:path";
import {
  generatorNames,
  loadGenerator,
  makeRankings,
  promptsOf,
  writeCorpus,
} from "../../lib/explain/mod.ts";
import type { Explanations, SystemRankings } from "../../pipelines/stages/compare/files.ts";
import trainGenerator from "../../pipelines/stages/compare/train_generator.ts";
import { smallSizes, smallWorld } from "../explain/peers/small_world.ts";
import { runStage } from "./run_stage.ts";

const corpus = smallWorld();
/** The system gives long names many stars; on the scale of people's stars, twice as far from 3. */
const rankings: SystemRankings = {
  ...{ system: "by name", rmse: 1 },
  ...{ test: corpus.test.map(() => 3.4), matched: corpus.test.map(() => 3.8) },
  groups: makeRankings(corpus, { predict: (_, item) => 2.5 + item.length / 5 }, { users: 3, items: 2 })
    .map((group) => ({ ...group, matched: group.system.map((stars) => 2 * stars - 3) })),
  validation: { system: [3], matched: [3] },
};

/** Runs the stage, and reads what it wrote. */
async function trainOn(given: typeof corpus, method: typeof generatorNames[number], seed = 1) {
  const folder = await Deno.makeTempDir();
  try {
    const at = (name: string) => join(folder, name);
    await Deno.mkdir(at("corpus"));
    await writeCorpus(at("corpus"), given);
    await Deno.writeTextFile(at("rankings.json"), JSON.stringify(rankings));
    const outputs = Object.fromEntries(
      Object.values(trainGenerator.definition.outputs).map((name) => [name, at(name)]),
    );
    await runStage(trainGenerator, {
      checkpoint: at("checkpoint"),
      params: {
        ...{ method, seed, backend: "wasm", vocabulary: 20, sizes: smallSizes[method] },
        ...{ epochs: 6, patience: 3, batch: 4, learningRate: 0.01, weightDecay: 1e-4 },
      },
      inputs: { corpus: [at("corpus")], rankings: [at("rankings.json")] },
      outputs,
    });
    const bytes = await Promise.all(Object.values(outputs).map((path) => Deno.readFile(path)));
    const [explanations, training] = await Promise.all(
      ["explanations.json", "training.json"].map(async (name) =>
        JSON.parse(await Deno.readTextFile(outputs[name]))
      ),
    );
    const generator = await loadGenerator(outputs["generator.safetensors"]);
    return { bytes, explanations: explanations as Explanations, training, generator };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const method of generatorNames) {
  Deno.test(`${method} explains every test task and ranked item; the same seed gives the same bytes`, async () => {
    const { bytes, explanations, training, generator } = await trainOn(corpus, method);
    const { test, rankings: ranked, ranks, perplexity } = explanations;
    assert.equal(ranks, null);
    assert.equal(test.length, corpus.test.length);
    assert.deepEqual(ranked!.map(({ length }) => length), rankings.groups.map(({ tasks }) => tasks.length));
    assert.ok(ranked!.length > 0);
    for (const { words, sentence } of [...test, ...ranked!.flat()]) {
      assert.equal(sentence, undefined);
      assert.ok(
        words.split(" ").length >= 4 && words.split(" ").every((word) => corpus.idf.has(word)),
        words,
      );
    }
    // The stored weights write the stored explanations, each for the system's rating of its own task.
    for (const [g, { tasks, matched }] of rankings.groups.entries()) {
      const written = await generator.explain(promptsOf(tasks, matched));
      assert.deepEqual(ranked![g].map(({ words }) => words), written.map((words) => words.join(" ")));
    }
    generator.dispose();
    assert.ok(perplexity! > 1 && perplexity! < 20, `${perplexity}`);
    assert.equal(training.perplexity.test, perplexity);
    assert.equal(training.perplexity.validation, Math.exp(-training.score));
    assert.equal(training.epochs[training.best - 1].score, training.score);

    const again = await trainOn(corpus, method);
    assert.deepEqual(again.bytes, bytes);
    again.generator.dispose();
    const other = await trainOn(corpus, method, 2);
    assert.notDeepEqual(other.explanations.perplexity, perplexity);
    other.generator.dispose();
  });
}

Deno.test("the true rating of a test review changes nothing: it is not for the explainer to know", async () => {
  const [{ review }] = corpus.test;
  const reviews = corpus.reviews.map((one, r) => r === review ? { ...one, rating: 6 - one.rating } : one);
  assert.notDeepEqual(reviews, corpus.reviews);
  for (const method of generatorNames) {
    const runs = [await trainOn(corpus, method), await trainOn({ ...corpus, reviews }, method)];
    assert.deepEqual(runs[1].bytes, runs[0].bytes);
    for (const { generator } of runs) generator.dispose();
  }
});

Deno.test("parameters that cannot be meant are refused before anything runs", () => {
  const make = (params: object) =>
    trainGenerator({ params: params as { method: "nrt" }, inputs: { corpus: [], rankings: [] } });
  assert.throws(() => make({ method: "nrt2" }), /nrt2/);
  assert.throws(() => make({ method: "nrt", epochs: 0 }), /epochs/);
});
