import { createTaskMaker, type TaskOptions } from "../corpus/task_maker.ts";
import type { ExplanationTask } from "../corpus/corpus.ts";
import type { StoredCorpus } from "../corpus/store_corpus.ts";
import type { RatingPredictor } from "../ranking/rating_biases.ts";
import type { ExplainedItem, ExplanationAnswer, ItemFallback } from "./answer.ts";
import { catalogueOf } from "./catalogue.ts";
import { comparedReviews } from "./compared_reviews.ts";
import type { Explainer, ExplanationRequest, WrittenExplanation } from "./explainer.ts";
import { createExtractionExplainer } from "./extraction_explainer.ts";
import { noCandidates, noReferences, noWords, otherCategories, userFallback } from "./fallbacks.ts";
import { explanationReader } from "./readable_explanation.ts";
import { supportedAttributes } from "./supported_attributes.ts";
import { unknownItem, UnknownItemsError } from "./unknown_items.ts";

/** What a service is made from. */
export interface ExplanationServiceParts {
  readonly corpus: StoredCorpus;
  /** Ranks the items. */
  readonly system: RatingPredictor;
  readonly explainer: Explainer;
  /** Explains where the user has no sentence to compare with. Default the centroid of the candidates. */
  readonly fallback?: Explainer;
  /**
   * From the system's ratings, which are shrunk towards their mean, to the scale of people's stars, in the same order: what
   * sentences argue for and reviews are compared with. Default as they are.
   */
  readonly scale?: (rating: number) => number;
  /** Of the candidates and references. */
  readonly tasks?: TaskOptions;
}

/** Explains rankings for the users of one corpus. */
export interface ExplanationService {
  /** Users with training reviews and their number, most first. */
  readonly users: readonly { readonly user: string; readonly reviews: number }[];
  /** Ids of all items. */
  readonly items: readonly string[];
  /**
   * Ranks items for a user and explains each. Whoever is not known gets the average user's ranking; what was done
   * without is named in the answer.
   *
   * @param items Ids, doubled ones count once. Default: the system's best `top` of those with candidates that the user
   *     has not reviewed in training.
   * @param options.top From 1. Default 5.
   * @throws {UnknownItemsError} None of the items is known; some of them are listed in the answer instead.
   * @throws {RangeError} No items are given, or `top` is no number of items.
   */
  explain(
    user: string,
    items?: readonly string[],
    options?: { readonly top?: number },
  ): Promise<ExplanationAnswer>;
}

/** An item with its predicted stars. */
interface RankedItem {
  readonly item: string;
  readonly stars: number;
}

/** Makes a service; the same parts give the same answers. */
export function createExplanationService(
  {
    corpus,
    system,
    explainer,
    fallback = createExtractionExplainer(corpus, "centroid"),
    scale = (rating) => rating,
    tasks,
  }: ExplanationServiceParts,
): ExplanationService {
  const { reviews, sentences } = corpus;
  const lexicon = { attributes: new Set(corpus.attributes), opinions: new Set(corpus.opinions) };
  const catalogue = catalogueOf(corpus);
  const known = [...catalogue.items.keys()];
  const maker = createTaskMaker(corpus, tasks), read = explanationReader(corpus);
  const byItem = Map.groupBy(
    sentences.filter(({ review }) => reviews[review].split === "train"),
    ({ review }) => reviews[review].item,
  );
  const users = [...catalogue.users].map(([user, own]) => ({ user, reviews: own.length }))
    .filter((user) => user.reviews > 0).sort((a, b) => b.reviews - a.reviews);
  const userIds = users.map(({ user }) => user);

  /** Best first; of equal ratings, as they end at 5 stars, the one that others rate higher. */
  function rank(items: readonly string[], rate: (item: string) => number): RankedItem[] {
    const average = (item: string) => catalogue.items.get(item)!.average;
    return items.map((item) => ({ item, stars: rate(item) }))
      .sort((a, b) => b.stars - a.stars || average(b.item) - average(a.item));
  }

  function taskOf(user: string, { item, stars }: RankedItem): ExplanationRequest | undefined {
    const task = maker.make(user, item, catalogue.items.get(item)!.category);
    return task && { ...task, rating: scale(stars) };
  }

  function fallbackOf({ item, references }: ExplanationTask): ItemFallback | null {
    if (references.length === 0) return noReferences;
    const { category } = catalogue.items.get(item)!;
    const near = references.some((s) => reviews[sentences[s].review].category === category);
    return near ? null : otherCategories(category);
  }

  /** Explanations by task; those without references by the fallback. */
  async function write(
    tasks: readonly ExplanationRequest[],
  ): Promise<Map<ExplanationRequest, WrittenExplanation>> {
    const alone = (task: ExplanationRequest) => task.references.length === 0;
    const written = new Map<ExplanationRequest, WrittenExplanation>();
    const groups = [
      [explainer, tasks.filter((task) => !alone(task))],
      [fallback, tasks.filter(alone)],
    ] as const;
    for (const [by, own] of groups) {
      if (own.length === 0) continue;
      const explanations = await by.explain(own);
      if (explanations.length !== own.length) {
        throw new Error(
          `Cannot explain items: the explainer gave ${explanations.length} explanations, expected ${own.length}`,
        );
      }
      for (const [i, task] of own.entries()) {
        const { sentence } = explanations[i];
        if (!task.candidates.includes(sentence)) {
          throw new Error(
            `Cannot explain ${task.item}: the explainer gave sentence ${sentence}, expected one of the candidates`,
          );
        }
        written.set(task, explanations[i]);
      }
    }
    return written;
  }

  function explained(task: ExplanationRequest, { words, sentence }: WrittenExplanation) {
    const source = sentences[sentence], review = reviews[source.review];
    const written = read(words, source), said = written === "" ? source.words : words;
    const reviewed = (byItem.get(task.item) ?? []).filter((s) => reviews[s.review].user !== task.user);
    const compares = supportedAttributes(said, reviewed, lexicon);
    return {
      explanation: written === "" ? source.text : written,
      words: said,
      compares,
      against: comparedReviews(corpus, task, compares, lexicon),
      source: { sentence: source.id, review: review.id, text: source.text, stars: review.rating },
      fallback: written === "" ? noWords : fallbackOf(task),
    };
  }

  return {
    users,
    items: known,
    async explain(user, items, { top = 5 } = {}) {
      checkRequest(items, top);
      const wanted = items && new Set(items);
      const unknown = [...wanted ?? []].filter((item) => !catalogue.items.has(item))
        .map((item) => unknownItem(item, known));
      if (unknown.length === wanted?.size) throw new UnknownItemsError(unknown);

      const history = catalogue.users.get(user) ?? [];
      const own = new Map(history.map((r) => [reviews[r].item, reviews[r].rating]));
      const rate = history.length > 0
        ? (item: string) => system.predict(user, item)
        : (item: string) => catalogue.items.get(item)!.average;
      const ranked = rank(wanted === undefined ? known : known.filter((item) => wanted.has(item)), rate);
      const shown: { item: RankedItem; task: ExplanationRequest | undefined }[] = [];
      for (const item of ranked) {
        if (wanted === undefined && shown.length === top) break;
        if (wanted === undefined && own.has(item.item)) continue;
        const task = taskOf(user, item);
        if (wanted !== undefined || task !== undefined) shown.push({ item, task });
      }
      const written = await write(shown.flatMap(({ task }) => task ?? []));
      return {
        user,
        reviews: history.length,
        fallback: history.length > 0 ? null : userFallback(user, catalogue.users.has(user), userIds),
        items: shown.map(({ item: { item, stars }, task }, i): ExplainedItem => ({
          rank: i + 1,
          item,
          category: catalogue.items.get(item)!.category,
          stars,
          matched: scale(stars),
          reviewed: own.get(item) ?? null,
          ...task === undefined ? unexplained : explained(task, written.get(task)!),
        })),
        unknown,
      };
    },
  };
}

/** What is said of an item without candidates. */
const unexplained = {
  explanation: null,
  words: [],
  compares: [],
  against: [],
  source: null,
  fallback: noCandidates,
} as const;

function checkRequest(items: readonly string[] | undefined, top: number): void {
  if (items?.length === 0) {
    throw new RangeError(
      "Cannot explain: the list of items is empty, expected at least one, or no list for the system's best",
    );
  }
  if (!Number.isSafeInteger(top) || top < 1) {
    throw new RangeError(`Cannot explain: top is ${top}, expected a whole number from 1 up`);
  }
}
