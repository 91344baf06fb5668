import assert from "node:assert/strict";
import * as v from "valibot";
import {
  copyWeights,
  createNetwork,
  disposeNetwork,
  predict,
  taskHead,
  trainConfig,
} from "../../../lib/balance/mod.ts";
import { fitRatingBiases, ratingError, type StoredCorpus, withinStars } from "../../../lib/explain/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { blend } from "../../../pipelines/recommender/blend.ts";
import { recommenderData } from "../../../pipelines/recommender/data.ts";
import { evidenceOf } from "../../../pipelines/recommender/evidence.ts";
import { recommenderParams } from "../../../pipelines/recommender/params.ts";
import { ratingNetwork } from "../../../pipelines/recommender/rating_network.ts";
import {
  loadRecommender,
  recommenderPredictor,
  saveRecommender,
} from "../../../pipelines/recommender/recommender.ts";
import { sideTasks } from "../../../pipelines/recommender/tasks.ts";
import { trainRecommender } from "../../../pipelines/recommender/train_recommender.ts";
import { tuneShrinkage } from "../../../pipelines/recommender/tune_shrinkage.ts";
import { close } from "../../eval/close.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { smallCorpus } from "./small_corpus.ts";

const corpus = await smallCorpus();
const evidence = evidenceOf(corpus);
const ofSplit = (split: string) => corpus.reviews.filter((review) => review.split === split);
const count = (split: string) => ofSplit(split).length;

let trained: ReturnType<typeof trainRecommender> | undefined;
/** Trained once, by whichever test comes first. */
function training() {
  return trained ??= (async () => {
    await useBackend("wasm", { threads: 1 });
    const given = { embeddingDims: [2, 3], seeds: [1], shrinkages: [2, 10], batchSize: 64 };
    return await trainRecommender(corpus, v.parse(recommenderParams, given));
  })();
}

Deno.test("the recommender predicts made ratings better than rating biases, and those than the mean", async () => {
  const { report: { rmse, reviews, methods, chosen, tasks } } = await training();
  assert.deepEqual(reviews, { train: count("train"), validation: count("validation"), test: count("test") });
  const errors = [rmse.recommender, rmse.biases, rmse.mean].map(({ validation }) => validation);
  assert.ok(errors[0] < errors[1] - 0.01 && errors[1] < errors[2], `${errors}`);
  assert.deepEqual(methods.map(({ method, embeddingDim }) => [method, embeddingDim]), [
    ...[["multibalance", 2], ["multibalance", 3]],
    ...[["ew", chosen.embeddingDim], ["single-task", chosen.embeddingDim]],
  ]);
  assert.deepEqual(tasks.slice(0, 2).map(({ task, kind }) => [task, kind]), [
    ["rating", "regression"],
    [tasks[1].task, "binary"],
  ]);
  const best = methods.find(({ embeddingDim }) => embeddingDim === chosen.embeddingDim)!.blended[0];
  close(best, rmse.recommender.validation, 1e-6);
  assert.equal(best, Math.min(...methods.slice(0, 2).map(({ blended: [error] }) => error)));
});

Deno.test("what is stored predicts what the report says, of any pair", async () => {
  const { recommender, report } = await training();
  await withTempFolder(async (folder) => {
    await saveRecommender(folder, recommender);
    const predictor = recommenderPredictor(await loadRecommender(folder), corpus);
    for (const split of ["validation", "test"] as const) {
      close(ratingError(predictor, ofSplit(split)), report.rmse.recommender[split], 1e-12);
    }
    const users = [...corpus.reviews.slice(0, 40).map(({ user }) => user), "nobody"];
    const items = [...corpus.reviews.slice(0, 40).map(({ item }) => item), "nothing"];
    for (const user of users) {
      for (const item of items) {
        const rating = predictor.predict(user, item);
        assert.ok(rating > 1 && rating < 5, `${user}, ${item}: ${rating}`);
      }
    }
    const other = { ...corpus, reviews: corpus.reviews.slice(1) };
    assert.throws(() => recommenderPredictor(recommender, { ...other, sentences: [] } as StoredCorpus), {
      message: new RegExp(
        `the corpus has \\d+ training reviews, expected the ${
          count("train")
        } that the recommender was trained on`,
      ),
    });
  });
});

Deno.test("a network that corrects nothing leaves the biases; strangers get averages", async () => {
  const { recommender: { recipe, weights } } = await training();
  const silent = Object.fromEntries(
    Object.entries(weights).map((
      [name, { shape, data }],
    ) => [name, { shape, data: data.map(() => 0) as Float32Array }]),
  );
  const { predict } = recommenderPredictor({
    recipe: { ...recipe, target: { mean: 0, scale: 1 } },
    weights: silent,
  }, corpus);
  const source = evidence.draw(recipe.shrinkage);
  const { user, item } = corpus.reviews[0], { itemBias, userBias } = source.of(user, item);
  close(predict(user, item), withinStars(source.mean + itemBias + userBias));
  const { itemBias: alone } = source.of("nobody", item);
  close(predict("nobody", item), withinStars(source.mean + alone));
  close(predict("nobody", "nothing"), fitRatingBiases(ofSplit("train"), 1).predict("nobody", "nothing"));
});

Deno.test("strangers have the mean embedding of all others, field by field", async () => {
  const { recommender: { recipe, weights: { embeddings } } } = await training();
  const [rows, dim] = embeddings.shape;
  let start = 0;
  for (const { values } of recipe.inputs.categorical) {
    for (let d = 0; d < dim; d++) {
      const others = values.map((_, i) => embeddings.data[(start + i + 1) * dim + d]);
      close(embeddings.data[start * dim + d], others.reduce((sum, x) => sum + x, 0) / others.length, 1e-6);
    }
    start += values.length + 1;
  }
  assert.equal(start, rows);
});

Deno.test("the network without a backend answers as the trained one", async () => {
  await useBackend("wasm", { threads: 1 });
  const side = sideTasks(corpus, evidence, { aspects: 2, helpfulShare: 0.5 });
  const { validation, inputs } = recommenderData(corpus, evidence, evidence.draw({ item: 5, user: 5 }), side);
  const heads = validation.schema.tasks.map(taskHead);
  assert.ok(heads.length > 1);
  for (const layers of [{ bottom: [6, 5], tower: [4, 3] }, { bottom: [3], tower: [] }]) {
    const network = createNetwork(
      validation.schema,
      heads,
      v.parse(trainConfig, { ...layers, embeddingDim: 2 }),
    );
    const { predicted: [expected] } = await predict(network, validation, heads.map((_, t) => t));
    const answer = ratingNetwork(inputs, await copyWeights(network));
    const { value: batch } = await validation.batches({ batchSize: validation.rows }).next();
    const fields = inputs.categorical.length, numbers = inputs.dense.length;
    expected.forEach((z, i) =>
      close(
        answer(
          [...batch.categorical.subarray(i * fields, (i + 1) * fields)],
          [...batch.numeric.subarray(i * numbers, (i + 1) * numbers)],
        ),
        z,
        1e-5,
      )
    );
    disposeNetwork(network);
  }
});

Deno.test("rows: ids of the training reviews, standardised inputs, and a target that biases leave", async () => {
  const source = evidence.draw({ item: 5, user: 5 });
  const { train, validation, inputs, target } = recommenderData(corpus, evidence, source, []);
  assert.deepEqual(train.categorical.map(({ name }) => name), ["user", "item", "category"]);
  assert.deepEqual([train.rows, validation.rows], [count("train"), count("validation")]);
  const { value: batch } = await train.batches({ batchSize: train.rows }).next();
  assert.ok(!batch.categorical.includes(0), "no training review is of a stranger");
  const { user, item, rating } = corpus.reviews[Number(batch.rows[7])];
  assert.equal(inputs.categorical[0].values[batch.categorical[3 * 7] - 1], user);
  assert.equal(inputs.categorical[1].values[batch.categorical[3 * 7 + 1] - 1], item);
  const { itemBias, userBias } = source.of(user, item);
  close(target.mean + target.scale * batch.labels[7], rating - source.mean - itemBias - userBias, 1e-6);
  for (let k = 0; k < inputs.dense.length; k++) {
    const values = Array.from({ length: train.rows }, (_, i) => batch.numeric[i * inputs.dense.length + k]);
    close(values.reduce((sum, x) => sum + x, 0) / train.rows, 0, 1e-5, inputs.dense[k].name);
    close(values.reduce((sum, x) => sum + x * x, 0) / train.rows, 1, 1e-4, inputs.dense[k].name);
  }
});

Deno.test("side tasks: frequent attributes named and liked, votes; without enough labels there is none", () => {
  const tasks = sideTasks(corpus, evidence, { aspects: 2, helpfulShare: 0.5 });
  // Opinions of the service are too few to learn from.
  assert.deepEqual(tasks.map(({ name }) => name), ["names price", "names service", "likes price", "helpful"]);
  const labelsOf = (name: string) =>
    corpus.reviews.map((_, r) => tasks.find((task) => task.name === name)!.label(r));
  assert.deepEqual(labelsOf("names price"), evidence.aspects.map((aspects) => aspects.has("price")));
  assert.deepEqual(
    labelsOf("helpful"),
    corpus.reviews.map(({ helpful }) => helpful && helpful[0] / helpful[1] >= 0.5),
  );
  const likes = labelsOf("likes price"), { polarity } = evidence;
  const [dear, cheap] = [false, true].map((label) => evidence.aspects[likes.indexOf(label)].get("price")!);
  assert.ok(cheap.every((word) => polarity.get(word)! > 0) && dear.every((word) => polarity.get(word)! <= 0));
  assert.ok(
    evidence.aspects.every((aspects, r) => likes[r] === undefined || aspects.get("price")!.length > 0),
  );
  const mute = { ...corpus, reviews: corpus.reviews.map(({ helpful: _, ...review }) => review) };
  assert.ok(
    !sideTasks(mute, evidence, { aspects: 2, helpfulShare: 0.5 }).some(({ name }) => name === "helpful"),
  );
});

Deno.test("the share of a correction is the one with the smallest error", () => {
  const { share, blended, alone } = blend([3, 3], [1, -1], [3.4, 2.6]);
  assert.equal(share, 0.4);
  close(blended, 0);
  close(alone, 0.6);
  assert.equal(blend([3, 3], [1, -1], [2, 4]).share, 0.1, "a correction that harms has a little say");
});

Deno.test("without validation reviews nothing can be chosen", () => {
  const none = { ...corpus, reviews: ofSplit("train") };
  assert.throws(() => tuneShrinkage(none, evidenceOf({ ...none, sentences: [] }), [1]), {
    name: "RangeError",
    message: "Cannot train a recommender: there are no validation reviews, expected at least one",
  });
});
