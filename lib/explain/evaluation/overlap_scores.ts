import { IdfBleuScorer, idfBleuSignature, rougeMetrics, sentenceBleu } from "../../eval/mod.ts";

/** A metric of single explanations against the sentences of the user's own review; a method's score is the mean. */
export interface OverlapMetric {
  readonly name: string;
  readonly label: string;
  readonly signature: string;
  /** Scores of explanations, 0 to 100. */
  score(hypotheses: readonly string[], references: readonly (readonly string[])[]): Float64Array;
}

/** Orders that papers report. */
const orders = [1, 2, 4] as const;

/** IDF-BLEU-1/2/4, BLEU-1/2/4 (NLTK's sentence BLEU with smoothing method 1, the mean) and ROUGE-1/2/L. */
export function overlapMetrics(idf: ReadonlyMap<string, number>): OverlapMetric[] {
  const each =
    (score: (hypothesis: string, references: readonly string[]) => number): OverlapMetric["score"] =>
    (hypotheses, references) =>
      Float64Array.from(hypotheses, (hypothesis, i) => score(hypothesis, references[i]));
  const words = (line: string) => line.split(" ").filter((word) => word !== "");
  const idfBleu = orders.map((maxOrder): OverlapMetric => {
    const scorer = new IdfBleuScorer(idf, { maxOrder });
    return {
      name: `idf-bleu-${maxOrder}`,
      label: `IDF-BLEU-${maxOrder}`,
      signature: `${idfBleuSignature(idf, { maxOrder })}|x100`,
      score: each((hypothesis, references) => 100 * scorer.score(words(hypothesis), references.map(words))),
    };
  });
  const bleu = orders.map((maxOrder): OverlapMetric => {
    const options = { dialect: "nltk", smoothing: "method1", maxOrder } as const;
    const { signature } = sentenceBleu("a", ["a"], options);
    return {
      name: `bleu-${maxOrder}`,
      label: `BLEU-${maxOrder}`,
      signature: `${signature.replace("nrefs:1", "nrefs:var")}|mean:sentences|x100`,
      score: each((hypothesis, references) => 100 * sentenceBleu(hypothesis, references, options).score),
    };
  });
  const rouge = rougeMetrics({ tokenize: "whitespace" }).map((metric): OverlapMetric => {
    const row = new Float64Array(metric.columns);
    return {
      name: metric.name,
      label: metric.label,
      signature: `${metric.signature().replace(/nrefs:\w+/, "nrefs:var")}|best-of-references|x100`,
      score: each((hypothesis, references) => {
        metric.collect(hypothesis, references, row);
        return 100 * metric.score(row);
      }),
    };
  });
  return [...idfBleu, ...bleu, ...rouge];
}
