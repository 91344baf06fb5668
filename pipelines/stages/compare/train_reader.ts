import * as v from "valibot";
import { readCorpus, type ReviewSplit, tuneTextReader } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { type StoredReader, writeJson } from "./files.ts";

/**
 * The reader that judges rankings: from one sentence to the rating of its review, trained on the training sentences, its
 * penalty chosen on the validation sentences.
 */
export default defineStage({
  name: "train-reader",
  module: import.meta.url,
  params: v.object({ penalties: v.optional(v.array(v.number()), [1, 3, 10, 30, 100]) }),
  inputs: ["corpus"],
  outputs: ["reader.json"],
  async run(ctx) {
    const { reviews, sentences, idf } = await readCorpus(ctx.input("corpus"));
    const texts = (split: ReviewSplit) =>
      sentences.filter(({ review }) => reviews[review].split === split)
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
