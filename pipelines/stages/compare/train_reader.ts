import * as v from "valibot";
import { readCorpus, type ReviewSplit, tuneTextReader } from "../../../lib/explain/mod.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type StoredReader, writeJson } from "./files.ts";

/**
 * A reader of ratings: from one sentence to the rating of its review, trained on the training sentences, its penalty chosen on
 * the validation sentences. The users are dealt to two readers: one that explainers may have in mind, and one that judges, so
 * that no explainer is judged by the reader that it was trained for. Where a half has no validation sentences its reader
 * has the first penalty, and errors of 0.
 */
export default defineStage({
  name: "train-reader",
  module: import.meta.url,
  params: v.object({
    /** Whose sentences it reads. */
    role: v.picklist(["guide", "judge"]),
    penalties: v.optional(v.array(v.number()), [1, 3, 10, 30, 100]),
  }),
  inputs: ["corpus"],
  outputs: ["reader.json"],
  async run(ctx) {
    const { reviews, sentences, idf } = await readCorpus(ctx.input("corpus"));
    const deal = createRandom("readers of ratings");
    const isGuides = (user: string) => deal.fork(user).uniform() < 0.5;
    const texts = (split: ReviewSplit) =>
      sentences.filter(({ review }) => reviews[review].split === split)
        .filter(({ review }) => isGuides(reviews[review].user) === (ctx.params.role === "guide"))
        .map(({ review, words }) => ({ words, rating: reviews[review].rating }));
    const validation = texts("validation");
    const { reader, penalty, rmse } = tuneTextReader(texts("train"), validation, idf, ctx.params.penalties);
    const squares = validation.reduce((sum, { rating }) => sum + (rating - reader.mean) ** 2, 0);
    const stored: StoredReader = {
      mean: reader.mean,
      weights: [...reader.weights],
      penalty,
      rmse,
      rmseOfMean: Math.sqrt(squares / Math.max(1, validation.length)),
    };
    await writeJson(ctx.outputs["reader.json"], stored);
  },
});
