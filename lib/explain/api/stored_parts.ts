/** The system and the explainer in the folder of an explainer: what else may rank or explain is read here. */
import { join } from "node:path";
import * as v from "valibot";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { type ExtractorName, extractorNames } from "../extraction/registry.ts";
import { fitRatingBiases, type RatingPredictor } from "../ranking/rating_biases.ts";
import { expectedNames } from "../../text/mod.ts";
import type { Explainer } from "./explainer.ts";
import { createExtractionExplainer } from "./extraction_explainer.ts";

const systemSchema = v.object({
  kind: v.literal("rating-biases"),
  /** As they were tuned; the biases follow from it and the training reviews. */
  shrinkage: v.pipe(v.number(), v.minValue(0)),
});

/** `recommender/system.json`. */
export type StoredSystem = v.InferOutput<typeof systemSchema>;

export async function writeSystem(folder: string, system: StoredSystem): Promise<void> {
  await Deno.writeTextFile(join(folder, "system.json"), `${JSON.stringify(system)}\n`);
}

/** The system in `folder`, whose ratings rank the items of `corpus`. */
export async function loadSystem(folder: string, corpus: StoredCorpus): Promise<RatingPredictor> {
  const { shrinkage } = v.parse(
    systemSchema,
    JSON.parse(await Deno.readTextFile(join(folder, "system.json"))),
  );
  return fitRatingBiases(corpus.reviews.filter(({ split }) => split === "train"), shrinkage);
}

/** The explainer that a method names; `folder` is the whole folder. */
export function loadExplainer(
  _folder: string,
  { method, seed }: { readonly method: string; readonly seed: number },
  corpus: StoredCorpus,
): Promise<Explainer> {
  if (!extractorNames.includes(method as ExtractorName)) {
    throw new RangeError(`method is '${method}', ${expectedNames(method, extractorNames)}`);
  }
  return Promise.resolve(createExtractionExplainer(corpus, method as ExtractorName, seed));
}
