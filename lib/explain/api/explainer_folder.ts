import { join } from "node:path";
import * as v from "valibot";
import { readCorpus, type StoredCorpus, writeCorpus } from "../corpus/store_corpus.ts";
import type { RatingPredictor } from "../ranking/rating_biases.ts";
import type { Explainer } from "./explainer.ts";
import { loadExplainer, loadSystem, type StoredSystem, writeSystem } from "./stored_parts.ts";

const manifestSchema = v.object({
  /** Of the folder; another is refused. */
  format: v.literal(1),
  /** Name of what explains. */
  method: v.string(),
  /** Of a method that draws. */
  seed: v.number(),
  dataset: v.string(),
  /** The command that made it. */
  madeWith: v.string(),
});

/** `explainer.json`: what is in the folder. */
export type ExplainerManifest = v.InferOutput<typeof manifestSchema>;

/** What the folder of an explainer holds, ready to be made an explanation service. */
export interface StoredExplainer {
  readonly manifest: ExplainerManifest;
  readonly corpus: StoredCorpus;
  readonly system: RatingPredictor;
  readonly explainer: Explainer;
}

/** Writes an explainer into an existing folder: `explainer.json`, `corpus/` and `recommender/`. */
export async function writeExplainer(
  folder: string,
  { manifest, corpus, system }: {
    readonly manifest: Omit<ExplainerManifest, "format">;
    readonly corpus: StoredCorpus;
    readonly system: StoredSystem;
  },
): Promise<void> {
  for (const part of ["corpus", "recommender"]) await Deno.mkdir(join(folder, part));
  await writeCorpus(join(folder, "corpus"), corpus);
  await writeSystem(join(folder, "recommender"), system);
  const text = JSON.stringify({ format: 1, ...manifest } satisfies ExplainerManifest, null, 2);
  await Deno.writeTextFile(join(folder, "explainer.json"), `${text}\n`);
}

/**
 * Reads what {@link writeExplainer} wrote.
 *
 * @throws {Error} It is not there, or not as it was written.
 */
export async function readExplainer(folder: string): Promise<StoredExplainer> {
  try {
    const manifest = v.parse(
      manifestSchema,
      JSON.parse(await Deno.readTextFile(join(folder, "explainer.json"))),
    );
    const corpus = await readCorpus(join(folder, "corpus"));
    const system = await loadSystem(join(folder, "recommender"), corpus);
    return { manifest, corpus, system, explainer: await loadExplainer(folder, manifest, corpus) };
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
