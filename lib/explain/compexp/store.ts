import { createHash } from "node:crypto";
import { loadSafetensors, saveSafetensors } from "../../tensor/mod.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import type { TextReader } from "../ranking/text_reader.ts";
import { type CompExpModel, createCompExp } from "./model.ts";

const FORMAT = "equipoise-compexp";

/** Writes a model as a safetensors file, all or nothing; of the corpus it keeps a hash of the vocabulary alone. */
export async function saveCompExp(path: string, { parameters, vocabulary }: CompExpModel): Promise<void> {
  await saveSafetensors(path, await parameters.all.copy(), {
    format: FORMAT,
    sizes: JSON.stringify(parameters.sizes),
    vocabulary: hashOf(vocabulary.words),
  });
}

/**
 * Reads a model.
 *
 * @param corpus The corpus that it was trained on: the vocabulary is the corpus's.
 * @param reader The one that it was trained with.
 * @throws {Error} If the file is no whole model, or is of a corpus with other words.
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
    // The same number of words is not yet the same words; files of old have no hash.
    if (metadata.vocabulary !== undefined && metadata.vocabulary !== hashOf(model.vocabulary.words)) {
      throw new Error("its words are not those of the corpus, expected the corpus that it was trained on");
    }
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

function hashOf(words: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(words)).digest("hex");
}
