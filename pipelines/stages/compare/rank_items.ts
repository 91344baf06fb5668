import * as v from "valibot";
import { makeRankings, readCorpus, tuneRatingBiases } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type SystemRankings, writeJson } from "./files.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The system whose rankings are explained, for now: rating biases, fitted to the training reviews. */
export default defineStage({
  name: "rank-items",
  module: import.meta.url,
  params: v.object({
    /** Users whose rankings are explained. */
    users: v.optional(count, 400),
    /** Items of each. */
    items: v.optional(count, 5),
    candidates: v.optional(count, 30),
    references: v.optional(count, 10),
    taskSeed: v.optional(v.number(), 0),
  }),
  inputs: ["corpus"],
  outputs: ["rankings.json"],
  async run(ctx) {
    const { users, items, candidates, references, taskSeed } = ctx.params;
    const corpus = await readCorpus(ctx.input("corpus"));
    const ratings = (split: string) => corpus.reviews.filter((review) => review.split === split);
    const { predictor, shrinkage, rmse } = tuneRatingBiases(ratings("train"), ratings("validation"));
    const rankings: SystemRankings = {
      system: `rating biases of users and items, shrinkage ${shrinkage}`,
      rmse,
      test: corpus.test.map(({ user, item }) => predictor.predict(user, item)),
      groups: makeRankings(corpus, predictor, { users, items, candidates, references, seed: taskSeed }),
    };
    await writeJson(ctx.outputs["rankings.json"], rankings);
  },
});
