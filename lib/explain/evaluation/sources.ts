import { indexReviews, type Statement, type SupportIndex } from "../../eval/mod.ts";
import type { Corpus } from "../corpus/corpus.ts";
import { statementsOf } from "../statements.ts";

/** What the training reviews state of each item, and in which sentences. */
export interface ReviewStatements {
  readonly attributes: ReadonlySet<string>;
  readonly opinions: ReadonlySet<string>;
  /** Sources are ids of sentences: "A1/B2:3". */
  readonly index: SupportIndex;
}

/** A statement of an explanation and the sentences of real reviews of the item that state the same. */
export interface SourcedClaim extends Statement {
  /** Ids of the sentences, in the order of the reviews; none where no review says it. */
  readonly sources: readonly string[];
}

/** Indexes what the training reviews of a corpus state. */
export function indexStatements(
  { reviews, sentences, ...words }: Corpus & {
    readonly attributes: readonly string[];
    readonly opinions: readonly string[];
  },
): ReviewStatements {
  const attributes = new Set(words.attributes), opinions = new Set(words.opinions);
  const index = indexReviews(
    sentences.filter(({ review }) => reviews[review].split === "train").flatMap(({ id, review, words }) =>
      statementsOf(reviews[review].item, words, attributes, opinions)
        .map((statement) => ({ ...statement, source: id }))
    ),
  );
  return { attributes, opinions, index };
}

/**
 * What an explanation of an item states, each statement with the sentences of training reviews of the item that support
 * it: what to show beside an explanation, generated or extracted, so that people can read for themselves. An explanation
 * that states nothing has no claims.
 *
 * @param words Words of the explanation, in lower case.
 */
export function sourcesOf(
  item: string,
  words: readonly string[],
  { attributes, opinions, index }: ReviewStatements,
): SourcedClaim[] {
  return statementsOf(item, words, attributes, opinions)
    .map((statement) => ({ ...statement, sources: index.sources(statement) }));
}
