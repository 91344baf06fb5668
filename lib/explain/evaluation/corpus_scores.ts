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
  type SupportIndex,
  usr,
} from "../../eval/mod.ts";
import { statementsOf } from "../statements.ts";

/** What the corpus metrics look at. */
export interface CorpusScoreInput {
  /** Words of each explanation. */
  readonly outputs: readonly (readonly string[])[];
  readonly items: readonly string[];
  /** Words of the sentences of each user's own review. */
  readonly targets: readonly (readonly (readonly string[])[])[];
  readonly idf: ReadonlyMap<string, number>;
  readonly attributes: ReadonlySet<string>;
  readonly opinions: ReadonlySet<string>;
  /** What the training reviews of each item say. */
  readonly reviews: SupportIndex;
}

/** Self-BLEU's form: the one of Texygen. */
export const selfBleuOptions = { dialect: "nltk", smoothing: "method1" } as const;

/**
 * Metrics of all explanations of a method together, by name: features, diversity, repetition, length, support. The true
 * feature of FMR is the attribute that most of the target sentences name, the first of equals. `support` is absent where
 * nothing is stated.
 */
export function corpusScores(input: CorpusScoreInput): Record<string, number> {
  const { outputs, items, targets, idf, attributes, opinions, reviews } = input;
  const { micro } = featurePrecisionRecall(outputs, targets, attributes);
  const features = targets.map((sentences) => mainAttribute(sentences, attributes));
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
    ...statements.length > 0 && { support: supportOf(statements, reviews).score },
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
