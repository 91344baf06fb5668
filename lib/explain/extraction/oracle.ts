import { IdfBleuScorer } from "../../eval/mod.ts";
import type { Extractor, ExtractorResources } from "./extractor.ts";

/** Largest n-gram by which the oracle chooses. */
export const oracleOrder = 4;

/**
 * The candidate with the best IDF-BLEU against the targets: what no extractor can beat there, since it looks at the
 * answer. Without targets all score 0.
 */
export function oracleExtractor({ idf }: Pick<ExtractorResources, "idf">): Extractor {
  const scorer = new IdfBleuScorer(idf, { maxOrder: oracleOrder });
  return ({ candidates, targets }) =>
    candidates.map((words) => targets.length === 0 ? 0 : scorer.score(words, targets));
}
