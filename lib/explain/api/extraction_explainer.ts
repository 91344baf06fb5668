import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { extractSentence } from "../extraction/explain_tasks.ts";
import { createExtractor, type ExtractorName } from "../extraction/registry.ts";
import type { Explainer } from "./explainer.ts";

/**
 * Explains by a rule that needs no training: with the words of the candidate that it extracts. Tasks without references
 * are fine; the oracle has nothing to go by where a task has no targets.
 *
 * @param seed Of a rule that draws. Default 1.
 */
export function createExtractionExplainer(
  corpus: Pick<StoredCorpus, "sentences" | "idf" | "attributes">,
  method: ExtractorName,
  seed = 1,
): Explainer {
  const { idf, attributes, sentences } = corpus;
  const extractor = createExtractor(method, { idf, attributes: new Set(attributes), seed });
  return {
    explain: (tasks) =>
      Promise.resolve(tasks.map((task) => {
        const { sentence } = extractSentence(corpus, task, extractor);
        return { words: sentences[sentence].words, sentence };
      })),
  };
}
