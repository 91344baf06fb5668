import { checkLengths } from "../inputs.ts";

/** That an item's attribute is of an opinion: `{ item: "hotel-7", attribute: "room", opinion: "clean" }`. */
export interface Statement {
  readonly item: string;
  readonly attribute: string;
  readonly opinion: string;
}

/** A statement that a real review makes, with the sentence it stands in. */
export interface SourcedStatement extends Statement {
  /** Id of the sentence. */
  readonly source: string;
}

/** What the reviews of each item say, and where. */
export interface SupportIndex {
  /** Ids of the sentences that make the statement, each once, in the order of the reviews; none if there are none. */
  sources(statement: Statement): readonly string[];
}

export interface Support {
  /** Share of supported statements, in [0, 1]. */
  readonly score: number;
  /** How many statements are supported. */
  readonly supported: number;
  /** For each statement the ids of the sentences that support it; empty where none does. */
  readonly sources: readonly (readonly string[])[];
}

/**
 * Indexes what reviews say, so that {@link support} looks up a statement in constant time. Index the reviews that the
 * system may read (the training reviews): those of the evaluated users would support what nobody told it.
 *
 * @param reviews Statements of real reviews, of any items, in any order.
 */
export function indexReviews(reviews: Iterable<SourcedStatement>): SupportIndex {
  // item -> attribute -> opinion -> sources
  const index = new Map<string, Map<string, Map<string, Set<string>>>>();
  for (const { item, attribute, opinion, source } of reviews) {
    const attributes = index.getOrInsertComputed(item, () => new Map());
    attributes.getOrInsertComputed(attribute, () => new Map()).getOrInsertComputed(opinion, () => new Set())
      .add(source);
  }
  return {
    sources: ({ item, attribute, opinion }) => [...index.get(item)?.get(attribute)?.get(opinion) ?? []],
  };
}

/**
 * Support: the share of generated statements that some real review of the same item makes too.
 *
 *     support = #{(item, attribute, opinion) generated and in a review of the item} / #{generated}
 *
 * Range [0, 1], higher is better; 1 is an extractor's, which can only repeat reviews. What a generator says twice counts
 * twice. Statements are equal if item, attribute and opinion are, to the letter: bring words to one form (lower case,
 * lemma) on both sides first. A review that says the opposite does not count against a statement. Report the number of
 * statements beside it: a generator that says little is easily supported.
 *
 * @param statements Statements found in generated explanations, at least one.
 * @param reviews Index of what the items' reviews say.
 * @throws {RangeError} No statements.
 */
export function support(statements: readonly Statement[], reviews: SupportIndex): Support {
  checkLengths("support", { statements });
  const sources = statements.map((statement) => reviews.sources(statement));
  const supported = sources.filter((ids) => ids.length > 0).length;
  return { score: supported / statements.length, supported, sources };
}
