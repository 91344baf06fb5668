import * as v from "valibot";
import {
  makeRankings,
  ratingError,
  type RatingPredictor,
  readCorpus,
  type StoredCorpus,
  tuneRatingBiases,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { loadRecommender, recommenderPredictor } from "../../recommender/recommender.ts";
import { starScale } from "../../recommender/star_scale.ts";
import { type SystemRankings, writeJson } from "./files.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The system's ratings of the test tasks, and items that it ranks, to be explained. */
export default defineStage({
  name: "rank-items",
  module: import.meta.url,
  params: v.object({
    /** The trained recommender, or rating biases alone, which need none. */
    system: v.optional(v.picklist(["recommender", "biases"]), "recommender"),
    /** Users whose rankings are explained. */
    users: v.optional(count, 400),
    /** Items of each. */
    items: v.optional(count, 5),
    candidates: v.optional(count, 30),
    references: v.optional(count, 10),
    taskSeed: v.optional(v.number(), 0),
  }),
  /** `recommender`: the folder that train-recommender wrote; an empty list if the system is none. */
  inputs: ["corpus", "recommender"],
  outputs: ["rankings.json"],
  async run(ctx) {
    const { system, users, items, candidates, references, taskSeed } = ctx.params;
    const corpus = await readCorpus(ctx.input("corpus"));
    const { predictor, name } = system === "biases"
      ? biases(corpus)
      : await trained(corpus, ctx.input("recommender"));
    const match = starScale(corpus, predictor);
    const test = corpus.test.map(({ user, item }) => predictor.predict(user, item));
    const validation = corpus.validation.map(({ user, item }) => predictor.predict(user, item));
    const groups = makeRankings(corpus, predictor, { users, items, candidates, references, seed: taskSeed });
    const rankings: SystemRankings = {
      system: name,
      rmse: ratingError(predictor, corpus.reviews.filter(({ split }) => split === "validation")),
      test,
      matched: test.map(match),
      groups: groups.map((group) => ({ ...group, matched: group.system.map(match) })),
      validation: { system: validation, matched: validation.map(match) },
    };
    await writeJson(ctx.outputs["rankings.json"], rankings);
  },
});

interface NamedPredictor {
  readonly predictor: RatingPredictor;
  /** Words for people. */
  readonly name: string;
}

function biases({ reviews }: StoredCorpus): NamedPredictor {
  const [train, validation] = ["train", "validation"].map((split) =>
    reviews.filter((r) => r.split === split)
  );
  const { predictor, shrinkage } = tuneRatingBiases(train, validation);
  return { predictor, name: `rating biases of users and items, shrinkage ${shrinkage}` };
}

async function trained(corpus: StoredCorpus, folder: string): Promise<NamedPredictor> {
  const recommender = await loadRecommender(folder);
  const { method, tasks } = recommender.recipe;
  return {
    predictor: recommenderPredictor(recommender, corpus),
    name: `the multi-task recommender, ratings and ${
      tasks.length - 1
    } tasks of aspects and votes, balanced by ${method}`,
  };
}
