/** Readers, training and explanations of CompExp as stages, on a tiny world. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as v from "valibot";
import {
  bestOf,
  createExtractor,
  explainTasks,
  type ExplanationTask,
  extractionInput,
  loadCompExp,
  oracleExtractor,
  rankAmong,
  type RatedTask,
  readCorpus,
  refinerPerplexity,
  type StoredCorpus,
  writeCorpus,
} from "../../lib/explain/mod.ts";
import explainCompExp from "../../pipelines/stages/compare/explain_compexp.ts";
import {
  type Explanations,
  readJson,
  readReader,
  type SystemRankings,
  writeJson,
} from "../../pipelines/stages/compare/files.ts";
import { taskRater } from "../../pipelines/stages/compare/rated_tasks.ts";
import trainCompExp from "../../pipelines/stages/compare/train_compexp.ts";
import trainReader from "../../pipelines/stages/compare/train_reader.ts";
import { withTempFolder } from "../data/fixtures.ts";
import { rated, tinyWorld } from "../explain/compexp/tiny_world.ts";
import { close } from "../eval/close.ts";
import { runStage } from "./run_stage.ts";

const corpus = tinyWorld();

/** The system has the better half of the items right, but shrinks towards 3; matched to stars it is more daring. */
function rankingsOf({ reviews, test, validation }: StoredCorpus): SystemRankings {
  const rating = ({ review }: ExplanationTask) => reviews[review!].rating;
  const system = (tasks: readonly ExplanationTask[]) =>
    tasks.map((task, t) => 3 + (rating(task) - 3) / 4 + t / 50);
  const matched = (tasks: readonly ExplanationTask[]) => system(tasks).map((stars) => 3 + 3 * (stars - 3));
  const group = (user: string, tasks: readonly ExplanationTask[]) => (
    { user, tasks, system: system(tasks), matched: matched(tasks) }
  );
  return {
    ...{ system: "made", rmse: 1, test: system(test), matched: matched(test) },
    groups: [group("u0", test.slice(0, 3)), group("nobody", []), group("u1", validation.slice(0, 2))],
    validation: { system: system(validation), matched: matched(validation) },
  };
}
const rankings = rankingsOf(corpus);

const training = {
  warmUp: { epochs: 1, batch: 8, learningRate: 1e-2 },
  pretrain: { epochs: 2, batch: 8, learningRate: 1e-2, candidates: 4, references: 3 },
  policy: [{
    ...{ epochs: 1, batch: 12, learningRate: 2e-3, candidates: 3, references: 2 },
    ...{ weights: [1, 2], penalties: [2, .1], orders: [.8, .2] },
  }],
  ...{ samples: 2, guidance: .02, rewrites: 2 },
};
const trainParams = v.parse(trainCompExp.definition.params, {
  ...{ seed: 2, backend: "wasm", training, validation: 3 },
  sizes: { embedding: 6, hidden: 8, ratingWidth: 3 },
});

/** Everything that the stages under test read, in a folder, and a way to run them. */
async function prepare(folder: string, given = corpus) {
  const at = (name: string) => join(folder, name);
  await Deno.mkdir(at("corpus"));
  await writeCorpus(at("corpus"), given);
  await writeJson(at("rankings.json"), rankings);
  const inputs = {
    ...{ corpus: [at("corpus")], rankings: [at("rankings.json")], guide: [at("guide.json")] },
    model: [at("model.safetensors")],
  };
  const read = async (role: "guide" | "judge") => {
    const params = v.parse(trainReader.definition.params, { role, penalties: [10, 1] });
    await runStage(trainReader, { params, inputs, outputs: { "reader.json": at(`${role}.json`) } });
    return await readReader(at(`${role}.json`));
  };
  const train = async (params: object = trainParams) => {
    const outputs = { "model.safetensors": at("model.safetensors"), "training.json": at("training.json") };
    await runStage(trainCompExp, { params, inputs, outputs, checkpoint: at("checkpoint") });
    return {
      bytes: await Deno.readFile(outputs["model.safetensors"]),
      report: await readJson(at("training.json")),
    };
  };
  const explain = async (params: object) => {
    const path = at("explanations.json");
    const all = v.parse(explainCompExp.definition.params, { backend: "wasm", ...params });
    await runStage(explainCompExp, { params: all, inputs, outputs: { "explanations.json": path } });
    return await readJson<Explanations>(path);
  };
  return { at, inputs, read, train, explain };
}

Deno.test("the readers of ratings are two: each learnt from the sentences of its own half of the users", async () => {
  await withTempFolder(async (folder) => {
    const { read } = await prepare(folder);
    const readers = [await read("guide"), await read("judge")];
    const starsOf = (users: ReadonlySet<string>, split: string) =>
      corpus.sentences.map(({ review }) => corpus.reviews[review])
        .filter((review) => review.split === split && users.has(review.user)).map(({ rating }) => rating);
    const mean = (stars: number[]) => stars.reduce((sum, rating) => sum + rating, 0) / stars.length;
    // Whose sentences they are follows from their means: of all halves one and its complement fit.
    const users = [...new Set(corpus.reviews.map(({ user }) => user))];
    const halves = Array.from(
      { length: 2 ** users.length },
      (_, bits) => [0, 1].map((side) => new Set(users.filter((_, u) => (bits >> u & 1) === side))),
    );
    const fits = halves.filter((half) =>
      half.every((own, side) => Math.abs(mean(starsOf(own, "train")) - readers[side].mean) < 1e-9)
    );
    assert.ok(fits.length > 0, "every user is read by one of them");
    for (const [side, { mean, weights, penalty, rmse, rmseOfMean }] of readers.entries()) {
      assert.ok(mean > 1 && mean < 5, `${mean}`);
      assert.ok(weights.get("great")! > 0 && weights.get("poor")! < 0);
      // Of so few users one half has nobody in validation.
      if (starsOf(fits[0][side], "validation").length === 0) {
        assert.deepEqual([penalty, rmse, rmseOfMean], [10, 0, 0], "the first penalty");
      } else {
        assert.equal(penalty, 1, "the better of both");
        assert.ok(rmse < rmseOfMean, `${rmse}, ${rmseOfMean}`);
      }
    }
  });
});

Deno.test("tasks are rated on the scale of the stars, with places among the system's validation ratings", () => {
  const rate = taskRater({ ...rankings, validation: { system: [1, 2, 3, 4], matched: [1, 1, 5, 5] } });
  const [one, two] = rate(corpus.test.slice(0, 2), { system: [2, 3.5], matched: [1.5, 4.8] });
  assert.deepEqual([one.rating, one.place, two.rating, two.place], [1.5, .375, 4.8, .75]);
  assert.deepEqual({ ...corpus.test[0], rating: 1.5, place: .375 }, one);
  assert.deepEqual(rate([], { system: [], matched: [] }), []);
  for (const [system, matched] of [[[1], [1, 2]], [[1, 2], [1]], [[1, 2, 3], [1, 2, 3]]]) {
    assert.throws(() => rate(corpus.test.slice(0, 2), { system, matched }), {
      name: "RangeError",
      message:
        `Cannot rate tasks: there are ${system.length} ratings and ${matched.length} on the scale of stars, ` +
        "expected 2, one for each task",
    });
  }
});

Deno.test("a model is trained for the system's ratings, and explains what is asked of it", async (t) => {
  await withTempFolder(async (folder) => {
    const { at, read, train, explain } = await prepare(folder);
    await read("guide");
    const { bytes, report } = await train();

    await t.step(
      "training reports each phase; the same seed gives the same bytes, another does not",
      async () => {
        const { phases, margin, backend } = report as {
          [name: string]: unknown;
          phases: { phase: string }[];
        };
        assert.deepEqual(phases.map(({ phase }) => phase), ["warm-up", "pre-training", "policy gradient 1"]);
        assert.ok(Number.isFinite((margin as { reward: number }).reward));
        assert.ok(JSON.stringify(backend).includes("wasm"));
        await Deno.remove(at("checkpoint"), { recursive: true });
        const other = await train({ ...trainParams, seed: 3 });
        assert.notDeepEqual(other.bytes, bytes);
        await Deno.remove(at("checkpoint"), { recursive: true });
        assert.deepEqual(await train(), { bytes, report });
      },
    );

    const model = await loadCompExp(
      at("model.safetensors"),
      await readCorpus(at("corpus")),
      await readReader(at("guide.json")),
    );
    const rate = taskRater(rankings),
      test = rate(corpus.test, { system: rankings.test, matched: rankings.matched });
    const ranked = rankings.groups.map((group) => rate(group.tasks, group));
    const centroid = createExtractor("centroid", {
      idf: corpus.idf,
      attributes: new Set(corpus.attributes),
      seed: 1,
    });
    const nearest = (_: Float32Array, task: RatedTask) => bestOf(centroid(extractionInput(corpus, task)));
    const oracle = oracleExtractor({ idf: corpus.idf });

    const asked: [
      name: string,
      params: { say?: "extracted" | "refined" | "best"; prototype?: "centroid"; rating?: "true" },
    ][] = [
      ["the best of sentences and rewritings, if nothing is asked", {}],
      ["the sentence that is extracted", { say: "extracted" }],
      ["its rewriting", { say: "refined" }],
      ["the rewritten centroid", { say: "refined", prototype: "centroid" }],
      ["the centroid itself", { say: "extracted", prototype: "centroid" }],
      ["what argues for the user's own rating", { say: "best", rating: "true" }],
    ];
    for (const [name, params] of asked) {
      await t.step(name, async () => {
        const { say = "best", prototype, rating } = params;
        const choose = prototype === "centroid" ? nearest : undefined;
        const tasks = rating === "true"
          ? rated(corpus).map((task, t) => ({
            ...task,
            place: placeAmongTraining(t),
          }))
          : test;
        const found = await explain(params);
        const expected = await explainTasks(model, tasks, { say, choose });
        assert.deepEqual(
          found.test,
          expected.map(({ words, candidate }, t) => (
            { words: words.join(" "), sentence: tasks[t].candidates[candidate] }
          )),
        );
        if (rating === "true") assert.equal(found.rankings, null, "no system knows it");
        else {
          for (const [g, own] of ranked.entries()) {
            const said = await explainTasks(model, own, { say, choose });
            assert.deepEqual(
              found.rankings![g].map(({ words }) => words),
              said.map(({ words }) => words.join(" ")),
            );
          }
        }
        if (prototype === "centroid") assert.equal(found.ranks, null, "the model ranks nothing");
        else {
          assert.deepEqual(
            found.ranks,
            expected.map(({ logP }, t) =>
              rankAmong([...logP], bestOf(oracle(extractionInput(corpus, tasks[t]))))
            ),
          );
        }
        if (say === "extracted") assert.equal(found.perplexity, undefined, "nothing is generated");
        else {
          close(found.perplexity!, await refinerPerplexity(model, tasks, choose), 1e-9);
          assert.ok(found.perplexity! > 1 && found.perplexity! < 40, `${found.perplexity}`);
        }
      });
    }
    model.parameters.all.dispose();
  });
});

/** The place of a test task's rating: the share of training reviews below, and half of those that are equal. */
function placeAmongTraining(t: number): number {
  const stars = corpus.reviews.filter(({ split }) => split === "train").map(({ rating }) => rating);
  const { rating } = corpus.reviews[corpus.test[t].review!];
  const count = (keep: (star: number) => boolean) => stars.filter(keep).length;
  return (count((star) => star < rating) + count((star) => star === rating) / 2) / stars.length;
}

Deno.test("the true rating of a test review is not for the system's explanations to know", async () => {
  await withTempFolder(async (folder) => {
    const runs: Explanations[][] = [];
    for (const [i, flip] of [false, true].entries()) {
      const own = join(folder, `${i}`);
      await Deno.mkdir(own);
      const tested = new Set(corpus.test.map(({ review }) => review));
      const reviews = corpus.reviews.map((review, r) =>
        flip && tested.has(r) ? { ...review, rating: 6 - review.rating } : review
      );
      const { read, train, explain } = await prepare(own, { ...corpus, reviews });
      await read("guide");
      await train();
      runs.push([await explain({ say: "refined" }), await explain({ say: "best" })]);
    }
    assert.deepEqual(runs[1], runs[0]);
  });
});

Deno.test("rankings of another corpus, and no validation reviews, are refused before anything is trained", async () => {
  await withTempFolder(async (folder) => {
    const { at, read, train, inputs } = await prepare(folder);
    await read("guide");
    await writeJson(at("rankings.json"), { ...rankings, validation: { system: [3], matched: [3] } });
    await assert.rejects(train(), /^RangeError: Cannot rate tasks: there are 1 ratings and 1 /);
    await Deno.remove(at("corpus"), { recursive: true });
    await Deno.mkdir(at("corpus"));
    await writeCorpus(inputs.corpus[0], { ...corpus, validation: [] });
    await writeJson(at("rankings.json"), { ...rankings, validation: { system: [], matched: [] } });
    await assert.rejects(train(), /^RangeError: Cannot train CompExp: there are no validation tasks/);
  });
});

const impossible: [params: object, message: RegExp][] = [
  [{}, /seed/],
  [{ seed: 1, sizes: { hidden: 0 } }, /hidden/],
  [{ seed: 1, sizes: { dropout: 1 } }, /dropout/],
  [{ seed: 1, sizes: { kappa: 0 } }, /kappa/],
  [{ seed: 1, training: { samples: 1 } }, /samples/],
  [{ seed: 1, training: { reward: "rouge" } }, /reward/],
  [{ seed: 1, training: { extraction: "both" } }, /extraction/],
  [{ seed: 1, training: { weights: [1] } }, /weights/],
  [{ seed: 1, training: { guidance: -1 } }, /guidance/],
  [{ seed: 1, training: { keep: 2 } }, /keep/],
  [{ seed: 1, training: { pretrain: { epochs: 1 } } }, /pretrain/],
  [{ seed: 1, validation: 0 }, /validation/],
];
for (const [params, message] of impossible) {
  Deno.test(`train-compexp refuses ${JSON.stringify(params)}`, () => {
    const make = () =>
      trainCompExp({ params: params as { seed: 1 }, inputs: { corpus: [], rankings: [], guide: [] } });
    assert.throws(make, message);
  });
}
