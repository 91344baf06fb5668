import type { StoredCorpus } from "../corpus/store_corpus.ts";
import { vocabularyOf, type WordIds } from "../corpus/vocabulary.ts";
import { SentenceIds } from "./batch.ts";
import { SentenceEvidence } from "./evidence.ts";
import type { TextReader } from "../ranking/text_reader.ts";
import { RatingGuide } from "./guide.ts";
import { type CompExpSizes, paperSizes } from "./options.ts";
import { type CompExpParameters, createParameters } from "./parameters.ts";

/** A CompExp model over one corpus. */
export interface CompExpModel {
  readonly corpus: StoredCorpus;
  readonly vocabulary: WordIds;
  readonly ids: SentenceIds;
  readonly evidence: SentenceEvidence | undefined;
  readonly guide: RatingGuide | undefined;
  readonly parameters: CompExpParameters;
}

/**
 * A model that has learnt nothing yet.
 *
 * @param options.seed Null where the parameters are loaded. Default 1.
 * @param options.reader The reader that the explainer has in mind, another one than judges.
 */
export function createCompExp(
  corpus: StoredCorpus,
  { reader, seed = 1, ...sizes }: CompExpSizes & {
    readonly reader?: TextReader;
    readonly seed?: number | string | null;
  } = {},
): CompExpModel {
  const complete = { ...paperSizes, ...sizes };
  const guide = reader && new RatingGuide(corpus, reader);
  const vocabulary = vocabularyOf(corpus.vocabulary.slice(0, complete.vocabulary));
  return {
    corpus,
    vocabulary,
    ids: new SentenceIds(corpus, vocabulary),
    evidence: complete.evidence ? new SentenceEvidence(corpus, guide) : undefined,
    guide,
    parameters: createParameters(complete, vocabulary.words.length, seed),
  };
}
