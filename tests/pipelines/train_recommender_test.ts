/** From a corpus to the recommender and its rankings, stage by stage. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as v from "valibot";
import { writeCorpus } from "../../lib/explain/mod.ts";
import { recommenderParams } from "../../pipelines/recommender/params.ts";
import { loadRecommender, recommenderPredictor } from "../../pipelines/recommender/recommender.ts";
import { readJson, type SystemRankings } from "../../pipelines/stages/compare/files.ts";
import rankItems from "../../pipelines/stages/compare/rank_items.ts";
import trainRecommender from "../../pipelines/stages/compare/train_recommender.ts";
import { withTempFolder } from "../data/fixtures.ts";
import { smallCorpus } from "./recommender/small_corpus.ts";
import { runStage } from "./run_stage.ts";

const params = v.parse(recommenderParams, {
  ...{ embeddingDims: [2], seeds: [3], shrinkages: [5], aspects: 1, batchSize: 64, epochs: 2 },
});

Deno.test("the same seed gives the same bytes; items are ranked by what is stored, or by biases", async () => {
  await withTempFolder(async (folder) => {
    const corpus = await smallCorpus({ users: 50, items: 20 }), corpusFolder = join(folder, "corpus");
    await Deno.mkdir(corpusFolder);
    await writeCorpus(corpusFolder, corpus);
    const files = ["recommender/recommender.json", "recommender/weights.safetensors", "report.json"];
    const runs: Uint8Array[][] = [];
    for (const run of ["first", "second"]) {
      await Deno.mkdir(join(folder, run, "recommender"), { recursive: true });
      await runStage(trainRecommender, {
        params,
        inputs: { corpus: [corpusFolder] },
        outputs: {
          "recommender/": join(folder, run, "recommender"),
          "report.json": join(folder, run, "report.json"),
        },
      });
      runs.push(await Promise.all(files.map((file) => Deno.readFile(join(folder, run, file)))));
    }
    assert.deepEqual(runs[0], runs[1]);

    const rank = async (system: string, recommender: string[]) => {
      const path = join(folder, `${system}.json`);
      await runStage(rankItems, {
        params: { system, users: 30, items: 4, candidates: 5, references: 5, taskSeed: 0 },
        inputs: { corpus: [corpusFolder], recommender },
        outputs: { "rankings.json": path },
      });
      return await readJson<SystemRankings>(path);
    };
    const recommender = join(folder, "first", "recommender");
    const rankings = await rank("recommender", [recommender]), biases = await rank("biases", []);
    const { predict } = recommenderPredictor(await loadRecommender(recommender), corpus);
    assert.deepEqual(rankings.test, corpus.test.map(({ user, item }) => predict(user, item)));
    assert.match(rankings.system, /^the multi-task recommender, .* balanced by multibalance$/);
    assert.match(biases.system, /^rating biases of users and items, shrinkage \d+$/);
    assert.notDeepEqual(biases.test, rankings.test);
    for (const { test, matched, groups } of [rankings, biases]) {
      assert.equal(groups.length, 30);
      const all = [{ system: test, matched }, ...groups];
      for (const { system, matched } of all) {
        assert.equal(matched.length, system.length);
        for (const [i, j] of system.slice(1).map((_, i) => [i, i + 1])) {
          assert.equal(Math.sign(matched[i] - matched[j]), Math.sign(system[i] - system[j]));
        }
      }
      const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
      assert.ok(spread(matched) > spread(test), "matched ratings are spread wider");
    }
    assert.equal(new Set(rankings.test).size, rankings.test.length, "no ties");
  });
});
