/**
 * Comparative explanations: review texts to attributes, sentences and tasks; extraction and generation; what a reader makes
 * of them; and the service that explains rankings to users.
 */

// Texts
export { cleanText } from "./text/clean_text.ts";
export { isEnglish } from "./text/is_english.ts";
export { splitSentences } from "./text/split_sentences.ts";
export { type Casing, commonCasing, readable } from "./text/readable.ts";
export { isNumber, wordsOf } from "./text/words.ts";

// What reviews talk about
export { type AnnotatedSentence, parseAnnotatedReviews } from "./lexicon/annotated_reviews.ts";
export { bootstrapAspects, type BootstrapOptions } from "./lexicon/bootstrap_aspects.ts";
export { type AttributeLexicon, buildLexicon, type LexiconOptions } from "./lexicon/build_lexicon.ts";
export { chiSquare } from "./lexicon/chi_square.ts";
export { type HeldOutQuality, measureHeldOut, tunedOptions } from "./lexicon/held_out.ts";
export { type LexiconQuality, measureLexicon } from "./lexicon/measure_lexicon.ts";
export { findNounCandidates, type NounCandidate, type NounOptions } from "./lexicon/noun_candidates.ts";
export { findOpinionWords } from "./lexicon/opinion_words.ts";
export { singularOf } from "./lexicon/singular.ts";
export { tagWords } from "./lexicon/tag_words.ts";
export { type TaggedSentence, tagSentence } from "./lexicon/tagged_sentence.ts";
export { statementsOf } from "./statements.ts";

// Reviews to tasks
export {
  type AspectReview,
  type AspectWords,
  hotelAspectWords,
  reviewsByAspect,
} from "./corpus/aspect_items.ts";
export { buildCorpus, type SentencedReview } from "./corpus/build_corpus.ts";
export type { Corpus, CorpusReview, CorpusSentence, ExplanationTask } from "./corpus/corpus.ts";
export { dropCopies } from "./corpus/drop_copies.ts";
export { kCore } from "./corpus/k_core.ts";
export {
  type PreparationCounts,
  prepareReviews,
  type PrepareReviewsOptions,
} from "./corpus/prepare_reviews.ts";
export { findRewritePairs, mayRewrite, type RewritePairOptions } from "./corpus/rewrite_pairs.ts";
export { explanationWords, sentenceBounds } from "./corpus/sentence_filter.ts";
export { type ReviewSplit, reviewSplits, splitReviews } from "./corpus/split_reviews.ts";
export { readCorpus, type StoredCorpus, writeCorpus } from "./corpus/store_corpus.ts";
export { createTaskMaker, type TaskMaker, type TaskOptions, tasksOfSplit } from "./corpus/task_maker.ts";
export { buildVocabulary, specialWords, vocabularyOf, type WordIds } from "./corpus/vocabulary.ts";

// Extraction
export { bestOf, type ExtractionInput, type Extractor } from "./extraction/extractor.ts";
export type { ExtractorResources } from "./extraction/extractor.ts";
export { type Extraction, extractionInput, extractSentence, rankAmong } from "./extraction/explain_tasks.ts";
export { oracleExtractor, oracleOrder } from "./extraction/oracle.ts";
export { createExtractor, type ExtractorName, extractorNames } from "./extraction/registry.ts";
export { centroidOf, cosine, tfidfVector, type WordVector } from "./similarity/tfidf.ts";

// CompExp: extraction and refinement that are learnt
export { type RatedTask } from "./compexp/batch.ts";
export { placesAmong, RatingGuide } from "./compexp/guide.ts";
export {
  type CompExpExplanation,
  type ExplainOptions,
  explainTasks,
  type Saying,
} from "./compexp/explain.ts";
export { type CompExpModel, createCompExp } from "./compexp/model.ts";
export { type CompExpSizes, paperSizes } from "./compexp/options.ts";
export { refinerPerplexity } from "./compexp/perplexity.ts";
export { createReward, type Reward, type RewardName } from "./compexp/rewards.ts";
export { loadCompExp, saveCompExp } from "./compexp/store.ts";
export { type CompExpTraining, paperTraining, type PolicyPhase, trainCompExp } from "./compexp/train.ts";
// Generation
export { type BeamOptions, decodeByBeam } from "./neural/beam.ts";
export { decodeBySampling, decodeGreedily, type DecodeOptions, type WordWriter } from "./neural/decode.ts";
export type { FitEpoch, FitReport } from "./neural/fit.ts";
export {
  createGenerator,
  Generator,
  type GeneratorFitOptions,
  type GeneratorName,
  generatorNames,
  type GeneratorOptions,
  loadGenerator,
  type Prompt,
  type PromptedSentence,
} from "./peers/generator.ts";
export type { Decoder } from "./peers/peer_model.ts";
export { promptedSentences, promptedTargets, promptsOf } from "./peers/prompted_sentences.ts";

// Rankings and their readers
export { matchRatingScale } from "./ranking/match_rating_scale.ts";
export { fitOpinionPolarity, type OpinionPolarity, sentimentOf } from "./ranking/opinion_polarity.ts";
export {
  type AspectRating,
  createRatingEvidence,
  evidenceNames,
  type RatingEvidence,
  type RatingEvidenceOptions,
  type RatingEvidenceSource,
} from "./ranking/rating_evidence.ts";
export { aspectsOfReviews, type ReviewAspects } from "./ranking/review_aspects.ts";
export { withinStars } from "./ranking/within_stars.ts";
export { makeRankings, type RankedTasks, type RankingOptions } from "./ranking/rankings.ts";
export {
  fitRatingBiases,
  type Rating,
  ratingError,
  type RatingPredictor,
  tuneRatingBiases,
} from "./ranking/rating_biases.ts";
export {
  fitTextReader,
  type RatedText,
  readRating,
  type TextReader,
  tuneTextReader,
} from "./ranking/text_reader.ts";

// Evaluation
export {
  type BaselineTest,
  compareMethods,
  type MethodComparison,
  type ScoredMethod,
  type SubjectDifference,
} from "./evaluation/compare_methods.ts";
export { createCorpusScorer, type ExplainedTasks, selfBleuOptions } from "./evaluation/corpus_scores.ts";
export {
  createOverlapScorer,
  type OverlapMetric,
  overlapMetrics,
  type OverlapScorer,
} from "./evaluation/overlap_scores.ts";
export {
  indexStatements,
  type ReviewStatements,
  type SourcedClaim,
  sourcesOf,
} from "./evaluation/sources.ts";
export { type RecoveredRankings, recoverRankings } from "./evaluation/recovered_rankings.ts";

// Explanations for a user
export type {
  ComparedReview,
  ExplainedItem,
  ExplanationAnswer,
  ExplanationSource,
  Fallback,
  ItemFallback,
  StatedAttribute,
  StatingSentence,
  SupportedAttribute,
  UnknownItem,
  UserFallback,
} from "./api/answer.ts";
export { createCompExpExplainer } from "./api/compexp_explainer.ts";
export type { Explainer, ExplanationRequest, WrittenExplanation } from "./api/explainer.ts";
export {
  createExplanationService,
  type ExplanationService,
  type ExplanationServiceParts,
} from "./api/explanation_service.ts";
export { createExtractionExplainer } from "./api/extraction_explainer.ts";
export { UnknownItemsError } from "./api/unknown_items.ts";
