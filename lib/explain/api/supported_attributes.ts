import { indexReviews } from "../../eval/mod.ts";
import type { CorpusSentence } from "../corpus/corpus.ts";
import { statementsOf } from "../statements.ts";
import type { SupportedAttribute } from "./answer.ts";
import { statedAttributes, type StatementWords } from "./stated_attributes.ts";

/**
 * The attributes of an explanation, each with the sentences that say the same of it.
 *
 * @param reviewed Sentences of reviews of the same item.
 */
export function supportedAttributes(
  words: readonly string[],
  reviewed: readonly CorpusSentence[],
  lexicon: StatementWords,
): SupportedAttribute[] {
  const item = "";
  const index = indexReviews(
    reviewed.flatMap(({ id, words }) =>
      statementsOf(item, words, lexicon.attributes, lexicon.opinions)
        .map((statement) => ({ ...statement, source: id }))
    ),
  );
  return statedAttributes(words, lexicon).map(({ attribute, opinion }) => ({
    attribute,
    opinion,
    sources: opinion === null ? [] : index.sources({ item, attribute, opinion }),
  }));
}
