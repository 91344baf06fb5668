import { join } from "node:path";
import * as v from "valibot";
import {
  type Explainer,
  type RatingPredictor,
  readCorpus,
  type StoredCorpus,
  writeCorpus,
} from "../../lib/explain/mod.ts";
import { starScale } from "../recommender/star_scale.ts";
import {
  loadExplainer,
  loadSystem,
  type StoredModel,
  type StoredSystem,
  writeModel,
  writeSystem,
} from "./stored_parts.ts";

const manifestSchema = v.object({
  /** Of the folder; another is refused. */
  format: v.literal(1),
  /** Name of what explains. */
  method: v.string(),
  /** Of a method that draws or was trained. */
  seed: v.number(),
  /** What CompExp says: see its `ExplainOptions`. */
  say: v.optional(v.picklist(["extracted", "refined", "best"])),
  dataset: v.string(),
  /** The command that made it. */
  madeWith: v.string(),
});

/** `explainer.json`: what is in the folder. */
export type ExplainerManifest = v.InferOutput<typeof manifestSchema>;

/** What the folder of an explainer holds: the parts of an explanation service. */
export interface StoredExplainer {
  readonly manifest: ExplainerManifest;
  readonly corpus: StoredCorpus;
  readonly system: RatingPredictor;
  /** From the system's ratings to the scale of people's stars. */
  readonly scale: (rating: number) => number;
  readonly explainer: Explainer;
}

/** Writes an explainer into an existing folder: `explainer.json`, `corpus/`, `recommender/` and, of a trained one, `model/`. */
export async function writeExplainer(
  folder: string,
  { manifest, corpus, system, model }: {
    readonly manifest: Omit<ExplainerManifest, "format">;
    readonly corpus: StoredCorpus;
    readonly system: StoredSystem;
    /** Of a method that is trained. */
    readonly model?: StoredModel;
  },
): Promise<void> {
  for (const part of ["corpus", "recommender"]) await Deno.mkdir(join(folder, part));
  await writeCorpus(join(folder, "corpus"), corpus);
  await writeSystem(join(folder, "recommender"), system);
  if (model !== undefined) {
    await Deno.mkdir(join(folder, "model"));
    await writeModel(join(folder, "model"), model);
  }
  const text = JSON.stringify({ format: 1, ...manifest } satisfies ExplainerManifest, null, 2);
  await Deno.writeTextFile(join(folder, "explainer.json"), `${text}\n`);
}

/**
 * Reads what is in the folder of an explainer.
 *
 * @throws {Error} It is not there, or not as it was written.
 */
export async function readExplainerManifest(folder: string): Promise<ExplainerManifest> {
  return await reading(folder, async () => {
    const text = await Deno.readTextFile(join(folder, "explainer.json"));
    return v.parse(manifestSchema, JSON.parse(text));
  });
}

/**
 * Reads what {@link writeExplainer} wrote. A trained explainer computes with the tensor backend that was started.
 *
 * @throws {Error} It is not there, or not as it was written.
 */
export async function readExplainer(folder: string): Promise<StoredExplainer> {
  const manifest = await readExplainerManifest(folder);
  return await reading(folder, async () => {
    const corpus = await readCorpus(join(folder, "corpus"));
    const system = await loadSystem(join(folder, "recommender"), corpus);
    const scale = starScale(corpus, system);
    const validation = corpus.validation.map(({ user, item }) => scale(system.predict(user, item)));
    const explainer = await loadExplainer(join(folder, "model"), { ...manifest, corpus, validation });
    return { manifest, corpus, system, scale, explainer };
  });
}

/** Does it, and says of what fails which folder it is about. */
async function reading<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`Cannot read explainer ${folder}: ${stateOf(error)}`, { cause: error });
  }
}

function stateOf(error: unknown): string {
  if (v.isValiError(error)) {
    const [issue] = error.issues;
    return `${v.getDotPath(issue) ?? "a description"} is ${issue.received}, expected ${issue.expected}`;
  }
  const { message } = error as Error;
  return message.includes(", expected ") ? message : `${message}, expected the folder as it was written`;
}
