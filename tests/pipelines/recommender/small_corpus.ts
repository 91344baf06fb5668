import { makeReviewWorld, type ReviewWorldOptions } from "../../../lib/data/mod.ts";
import { inverseDocumentFrequency } from "../../../lib/eval/mod.ts";
import {
  buildCorpus,
  buildLexicon,
  buildVocabulary,
  prepareReviews,
  type StoredCorpus,
  tasksOfSplit,
  wordsOf,
} from "../../../lib/explain/mod.ts";

/** A corpus of made reviews, as the stages make it, without rewrite pairs. */
export async function smallCorpus(options: ReviewWorldOptions = {}): Promise<StoredCorpus> {
  const world = makeReviewWorld({ users: 80, items: 24, categories: 2, reviewsPerUser: 10, ...options });
  const { reviews } = await prepareReviews(world.reviews);
  const { attributes, opinions } = buildLexicon(
    reviews.filter(({ split }) => split === "train").flatMap(({ sentences }) => sentences.map(wordsOf)),
  );
  const corpus = buildCorpus(reviews, new Set(attributes));
  const training = corpus.sentences.filter(({ review }) => corpus.reviews[review].split === "train")
    .map(({ words }) => words);
  return {
    ...{ ...corpus, attributes, opinions, rewritePairs: [] },
    idf: inverseDocumentFrequency(training),
    vocabulary: buildVocabulary(training).words,
    test: tasksOfSplit(corpus, "test").tasks,
    validation: tasksOfSplit(corpus, "validation").tasks,
  };
}
