/**
 * CompExp: the candidate sentence that best argues for a rating against what the user wrote elsewhere, and its rewriting.
 *
 *     tasks, ratings   batch -> evidence (what the words say), guide (what a reader would read)
 *     extractor        network.encode: h of each sentence -> mixture: ln P of each candidate -> choose
 *     refiner          mixture.refinerStart: h_0 -> network.wordWriter, written word by word
 *     what is said     explain; of candidates and rewritings the best by `hypotheses`, a rewriting with its `margin`
 *     training         train: warm_up -> pretrain -> policy, over training_units, by rewards
 *
 * Source: Yang et al., "Comparative Explanations of Recommendations", WWW 2022, arXiv 2111.00670. Not the paper's: the evidence,
 * the guide, the warm-up, sentences that are taught again, and the choice between a sentence and its rewriting: they are off
 * with `evidence: false`, `guidance: 0`, no epochs of warm-up, `keep: 0` and `say: "refined"`.
 *
 * @module
 */
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
 * @param corpus Its first words, as many as `vocabulary` says, are those that the model knows.
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
