/** The system and the explainer in the folder of an explainer: what else may rank or explain is written and read here. */
import { join } from "node:path";
import * as v from "valibot";
import { expectedNames } from "../../text/mod.ts";
import { loadCompExp } from "../compexp/store.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { type ExtractorName, extractorNames } from "../extraction/registry.ts";
import { fitRatingBiases, type RatingPredictor } from "../ranking/rating_biases.ts";
import type { TextReader } from "../ranking/text_reader.ts";
import { createCompExpExplainer } from "./compexp_explainer.ts";
import type { Explainer } from "./explainer.ts";
import { createExtractionExplainer } from "./extraction_explainer.ts";

const systemSchema = v.object({
  kind: v.literal("rating-biases"),
  /** As it was tuned; the biases follow from it and the training reviews. */
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

/** The method that explains by a trained model. */
export const trainedMethod = "compexp";

/** A trained CompExp model as files. */
export interface StoredModel {
  /** Path of what `saveCompExp` wrote. */
  readonly path: string;
  /** The reader that it was trained with. */
  readonly guide?: TextReader;
}

const [modelName, guideName] = ["model.safetensors", "guide.json"];
const guideSchema = v.object({ mean: v.number(), weights: v.array(v.tuple([v.string(), v.number()])) });

export async function writeModel(folder: string, { path, guide }: StoredModel): Promise<void> {
  await Deno.copyFile(path, join(folder, modelName));
  if (guide === undefined) return;
  const text = JSON.stringify({ mean: guide.mean, weights: [...guide.weights] });
  await Deno.writeTextFile(join(folder, guideName), `${text}\n`);
}

/** What an explainer is made from. */
interface ExplainerParts {
  readonly corpus: StoredCorpus;
  readonly system: RatingPredictor;
  /** Name of a rule of extraction, or {@link trainedMethod}. */
  readonly method: string;
  readonly seed: number;
  /** What CompExp says. */
  readonly say?: "extracted" | "refined" | "best";
}

/** The explainer of a method; `folder` has the model of one that is trained, which needs a backend that was started. */
export async function loadExplainer(
  folder: string,
  { corpus, system, method, seed, say }: ExplainerParts,
): Promise<Explainer> {
  if (extractorNames.includes(method as ExtractorName)) {
    return createExtractionExplainer(corpus, method as ExtractorName, seed);
  }
  if (method !== trainedMethod) {
    throw new RangeError(
      `method is '${method}', ${expectedNames(method, [...extractorNames, trainedMethod])}`,
    );
  }
  const model = await loadCompExp(join(folder, modelName), corpus, await readGuide(join(folder, guideName)));
  return createCompExpExplainer(model, system, { say });
}

async function readGuide(path: string): Promise<TextReader | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const { mean, weights } = v.parse(guideSchema, JSON.parse(text));
  return { mean, weights: new Map(weights) };
}
