import { loadSafetensors, saveSafetensors } from "../../tensor/mod.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import type { TextReader } from "../ranking/text_reader.ts";
import { type CompExpModel, createCompExp } from "./model.ts";

const FORMAT = "equipoise-compexp";

/** Writes a model as a safetensors file, all or nothing; the corpus is not part of it. */
export async function saveCompExp(path: string, { parameters }: CompExpModel): Promise<void> {
  await saveSafetensors(path, await parameters.all.copy(), {
    format: FORMAT,
    sizes: JSON.stringify(parameters.sizes),
  });
}

/**
 * Reads a model.
 *
 * @param corpus The corpus that it was trained on: the vocabulary is the corpus's.
 * @param reader The one that it was trained with.
 * @throws {Error} If the file is no whole model, or does not fit the corpus.
 */
export async function loadCompExp(
  path: string,
  corpus: StoredCorpus,
  reader?: TextReader,
): Promise<CompExpModel> {
  const { tensors, metadata } = await loadSafetensors(path);
  if (metadata.format !== FORMAT) {
    throw new Error(
      `Cannot load CompExp model ${path}: its format is ${metadata.format}, expected ${FORMAT}`,
    );
  }
  const model = createCompExp(corpus, { ...JSON.parse(metadata.sizes), reader, seed: null });
  try {
    await model.parameters.all.set(tensors);
  } catch (cause) {
    model.parameters.all.dispose();
    throw new Error(
      `Cannot load CompExp model ${path}: ${(cause as Error).message}; it may be of another corpus`,
      { cause },
    );
  }
  return model;
}
