import { join } from "node:path";
import { readTextLines } from "../../data/mod.ts";
import { wordsOf } from "../text/words.ts";
import type { Corpus, CorpusReview, CorpusSentence, ExplanationTask } from "./corpus.ts";

/** Everything that explainers read: the corpus, its weights and words, and what is asked. */
export interface StoredCorpus extends Corpus {
  readonly attributes: readonly string[];
  readonly opinions: readonly string[];
  /** Of the words of the training sentences. */
  readonly idf: ReadonlyMap<string, number>;
  /** By id. */
  readonly vocabulary: readonly string[];
  /** Of the reviews of the test split; validation likewise. */
  readonly test: readonly ExplanationTask[];
  readonly validation: readonly ExplanationTask[];
  /** Pairs of sentences: prototype and rewritten. */
  readonly rewritePairs: readonly (readonly [number, number])[];
}

/**
 * Writes a corpus into an existing folder: `reviews.jsonl` and `sentences.jsonl`, a line each, by index; `tasks.json`,
 * `lexicon.json`, `idf.json`, `vocabulary.json`, `rewrite_pairs.json`.
 */
export async function writeCorpus(folder: string, corpus: StoredCorpus): Promise<void> {
  const { reviews, sentences, attributes, opinions, idf, vocabulary, test, validation, rewritePairs } =
    corpus;
  const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  await write("reviews.jsonl", lines(reviews));
  await write("sentences.jsonl", lines(sentences.map(({ id, review, text }) => ({ id, review, text }))));
  await write("tasks.json", JSON.stringify({ test, validation }));
  await write("lexicon.json", JSON.stringify({ attributes, opinions }));
  await write("idf.json", JSON.stringify([...idf]));
  await write("vocabulary.json", JSON.stringify(vocabulary));
  await write("rewrite_pairs.json", JSON.stringify(rewritePairs));
}

/** Reads what {@link writeCorpus} wrote. */
export async function readCorpus(folder: string): Promise<StoredCorpus> {
  const lines = async <T>(name: string): Promise<T[]> =>
    (await Array.fromAsync(readTextLines(join(folder, name)))).map((line) => JSON.parse(line));
  const json = async (name: string) => JSON.parse(await Deno.readTextFile(join(folder, name)));
  const sentences = await lines<Omit<CorpusSentence, "words">>("sentences.jsonl");
  return {
    reviews: await lines<CorpusReview>("reviews.jsonl"),
    sentences: sentences.map((sentence) => ({ ...sentence, words: wordsOf(sentence.text) })),
    ...await json("lexicon.json"),
    idf: new Map(await json("idf.json")),
    vocabulary: await json("vocabulary.json"),
    ...await json("tasks.json"),
    rewritePairs: await json("rewrite_pairs.json"),
  };
}
