/** The system and the explainer in the folder of an explainer: what else may rank or explain is written and read here. */
import { basename, join } from "node:path";
import * as v from "valibot";
import {
  createCompExpExplainer,
  createExtractionExplainer,
  type Explainer,
  type ExtractorName,
  extractorNames,
  fitRatingBiases,
  loadCompExp,
  type RatingPredictor,
  type StoredCorpus,
} from "../../lib/explain/mod.ts";
import { expectedNames } from "../../lib/text/mod.ts";
import { loadRecommender, recommenderPredictor } from "../recommender/recommender.ts";
import { readReader } from "../stages/compare/files.ts";

const systemSchema = v.variant("kind", [
  v.object({ kind: v.literal("recommender") }),
  /** The biases follow from the shrinkage, as it was tuned, and the training reviews. */
  v.object({ kind: v.literal("biases"), shrinkage: v.pipe(v.number(), v.minValue(0)) }),
]);

/** The system to be stored: the folder of a trained recommender, or rating biases, which need none. */
export type StoredSystem =
  | { readonly kind: "recommender"; readonly folder: string }
  | { readonly kind: "biases"; readonly shrinkage: number };

export async function writeSystem(folder: string, system: StoredSystem): Promise<void> {
  if (system.kind === "recommender") {
    for await (const { name } of Deno.readDir(system.folder)) {
      await Deno.copyFile(join(system.folder, name), join(folder, name));
    }
  }
  const { kind } = system;
  const stored = kind === "biases" ? { kind, shrinkage: system.shrinkage } : { kind };
  await Deno.writeTextFile(join(folder, "system.json"), `${JSON.stringify(stored)}\n`);
}

/** The system in `folder`, whose ratings rank the items of `corpus`. */
export async function loadSystem(folder: string, corpus: StoredCorpus): Promise<RatingPredictor> {
  const system = v.parse(systemSchema, JSON.parse(await Deno.readTextFile(join(folder, "system.json"))));
  return system.kind === "biases"
    ? fitRatingBiases(corpus.reviews.filter(({ split }) => split === "train"), system.shrinkage)
    : recommenderPredictor(await loadRecommender(folder), corpus);
}

/** The method that explains by a trained model. */
export const trainedMethod = "compexp";

/** A trained CompExp model as files. */
export interface StoredModel {
  /** Path of what `saveCompExp` wrote. */
  readonly model: string;
  /** Path of the reader that it was trained with. */
  readonly guide: string;
}

const names = { model: "model.safetensors", guide: "guide.json" } as const;

export async function writeModel(folder: string, { model, guide }: StoredModel): Promise<void> {
  await Deno.copyFile(model, join(folder, names.model));
  await Deno.copyFile(guide, join(folder, names.guide));
}

/** What an explainer is made from. */
interface ExplainerParts {
  readonly corpus: StoredCorpus;
  /** The system's ratings of the validation tasks, on the scale that sentences argue on. */
  readonly validation: readonly number[];
  /** Name of a rule of extraction, or {@link trainedMethod}. */
  readonly method: string;
  readonly seed: number;
  /** What CompExp says. */
  readonly say?: "extracted" | "refined" | "best";
}

/** The explainer of a method; `folder` has the model of one that is trained, which needs a backend that was started. */
export async function loadExplainer(
  folder: string,
  { corpus, validation, method, seed, say }: ExplainerParts,
): Promise<Explainer> {
  if (extractorNames.includes(method as ExtractorName)) {
    return createExtractionExplainer(corpus, method as ExtractorName, seed);
  }
  if (method !== trainedMethod) {
    throw new RangeError(
      `method is '${method}', ${expectedNames(method, [...extractorNames, trainedMethod])}`,
    );
  }
  const guide = await readReader(join(folder, names.guide)).catch((error) => {
    throw new Error(`${join(basename(folder), names.guide)} is no reader (${(error as Error).message})`);
  });
  return createCompExpExplainer(
    await loadCompExp(join(folder, names.model), corpus, guide),
    validation,
    { say },
  );
}
