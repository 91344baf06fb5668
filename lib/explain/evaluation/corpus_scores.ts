import {
  averageLength,
  distinctN,
  div,
  fcr,
  featurePrecisionRecall,
  fmr,
  meanIdf,
  repetition,
  selfBleu,
  seqRep2,
  support as supportOf,
  usr,
} from "../../eval/mod.ts";
import { statementsOf } from "../statements.ts";
import type { ReviewStatements } from "./sources.ts";

/** What is explained, the same for every method. */
export interface ExplainedTasks {
  /** Item of each explanation. */
  readonly items: readonly string[];
  /** Words of the sentences of each user's own review; each names an attribute. */
  readonly targets: readonly (readonly (readonly string[])[])[];
  readonly idf: ReadonlyMap<string, number>;
  /** What the training reviews of each item state. */
  readonly reviews: ReviewStatements;
}

/** Self-BLEU's form: the one of Texygen. */
export const selfBleuOptions = { dialect: "nltk", smoothing: "method1" } as const;

/**
 * Makes a scorer by metrics of all explanations of a method together, by name: features, diversity, repetition, length,
 * support. The true feature of FMR is the attribute that most of the target sentences name, the first of equals. `support`
 * is absent where nothing is stated.
 *
 * The scorer takes the words of each explanation, as many as there are items, two at least.
 */
export function createCorpusScorer(
  { items, targets, idf, reviews: { attributes, opinions, index } }: ExplainedTasks,
): (outputs: readonly (readonly string[])[]) => Record<string, number> {
  const features = targets.map((sentences) => mainAttribute(sentences, attributes));
  return (outputs) => {
    const { micro } = featurePrecisionRecall(outputs, targets, attributes);
    const statements = outputs.flatMap((words, i) => statementsOf(items[i], words, attributes, opinions));
    return {
      "feature-precision": micro.precision,
      "feature-recall": micro.recall,
      "fmr": fmr(outputs, features),
      "fcr": fcr(outputs, attributes),
      "div": div(outputs, attributes),
      "usr": usr(outputs),
      "distinct-1": distinctN(outputs, 1),
      "distinct-2": distinctN(outputs, 2),
      "self-bleu": 100 * selfBleu(outputs.map((words) => words.join(" ")), selfBleuOptions).score,
      "rep-l": repetition(outputs),
      "seq-rep-2": seqRep2(outputs),
      "average-length": averageLength(outputs),
      "mean-idf": meanIdf(outputs, idf),
      "statements": statements.length / outputs.length,
      ...statements.length > 0 && { support: supportOf(statements, index).score },
    };
  };
}

/** The attribute that the most sentences name; of equals the first. */
function mainAttribute(
  sentences: readonly (readonly string[])[],
  attributes: ReadonlySet<string>,
): string {
  const counts = new Map<string, number>();
  for (const words of sentences) {
    for (const word of new Set(words)) {
      if (attributes.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts].reduce((best, entry) => entry[1] > best[1] ? entry : best)[0];
}
