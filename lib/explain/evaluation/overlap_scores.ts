import {
  IdfBleuOfIds,
  idfBleuSignature,
  RougeOfIds,
  rougeSignature,
  sentenceBleu,
  SentenceBleuOfIds,
} from "../../eval/mod.ts";

/** A metric of single explanations against the sentences of the user's own review; a method's score is the mean. */
export interface OverlapMetric {
  readonly name: string;
  readonly label: string;
  readonly signature: string;
}

/** Scores of the explanations of one test set, method after method. */
export interface OverlapScorer {
  readonly metrics: readonly OverlapMetric[];
  /**
   * Scores of explanations, 0 to 100, by the name of the metric.
   *
   * @param outputs Words of each explanation, one for each set of references.
   * @throws {RangeError} Another number of explanations.
   */
  score(outputs: readonly (readonly string[])[]): Map<string, Float64Array>;
}

/** Orders that papers report. */
const orders = [1, 2, 4] as const;
const bleuOptions = { dialect: "nltk", smoothing: "method1" } as const;
const rougeKinds = { "rouge-1": "rouge1", "rouge-2": "rouge2", "rouge-l": "rougeL" } as const;

/** IDF-BLEU-1/2/4, BLEU-1/2/4 (NLTK's sentence BLEU with smoothing method 1, the mean) and ROUGE-1/2/L. */
export function overlapMetrics(idf: ReadonlyMap<string, number>): OverlapMetric[] {
  const idfBleu = orders.map((maxOrder) => ({
    name: `idf-bleu-${maxOrder}`,
    label: `IDF-BLEU-${maxOrder}`,
    signature: `${idfBleuSignature(idf, { maxOrder })}|x100`,
  }));
  const bleu = orders.map((maxOrder) => {
    const { signature } = sentenceBleu("a", ["a"], { ...bleuOptions, maxOrder });
    return {
      name: `bleu-${maxOrder}`,
      label: `BLEU-${maxOrder}`,
      signature: `${signature.replace("nrefs:1", "nrefs:var")}|mean:sentences|x100`,
    };
  });
  const rouge = Object.keys(rougeKinds).map((name) => ({
    name,
    label: name.toUpperCase(),
    signature: `${rougeSignature({ tokenize: "whitespace" }, "var")}|best-of-references|x100`,
  }));
  return [...idfBleu, ...bleu, ...rouge];
}

/**
 * Makes a scorer by all {@link overlapMetrics}. The references are numbered once, and each output once for all metrics.
 *
 * @param references Words of the sentences that each explanation is compared with, at least one, none empty.
 */
export function createOverlapScorer(
  idf: ReadonlyMap<string, number>,
  references: readonly (readonly (readonly string[])[])[],
): OverlapScorer {
  const numbers = new Map<string, number>();
  const encode = (words: readonly string[]): Int32Array => {
    const ids = new Int32Array(words.length);
    words.forEach((word, i) => ids[i] = numbers.getOrInsert(word, numbers.size));
    return ids;
  };
  const encoded = references.map((sentences) => sentences.map(encode));
  const bleu = orders.map((maxOrder) => new SentenceBleuOfIds({ ...bleuOptions, maxOrder }));
  const rouge = new RougeOfIds();
  const metrics = overlapMetrics(idf);
  return {
    metrics,
    score(outputs) {
      if (outputs.length !== encoded.length) {
        throw new RangeError(
          `Cannot score explanations: there are ${outputs.length}, expected ${encoded.length}, one for each set of ` +
            "references",
        );
      }
      const scores = new Map(metrics.map(({ name }) => [name, new Float64Array(outputs.length)]));
      const hypotheses = outputs.map(encode);
      const weights = Float64Array.from(numbers.keys(), (word) => idf.get(word) ?? 1);
      const idfBleu = orders.map((maxOrder) => new IdfBleuOfIds(weights, { maxOrder }));
      hypotheses.forEach((h, i) => {
        orders.forEach((order, k) => {
          scores.get(`idf-bleu-${order}`)![i] = 100 * idfBleu[k].score(h, encoded[i]);
          scores.get(`bleu-${order}`)![i] = 100 * bleu[k].score(h, encoded[i]);
        });
        const best = rouge.score(h, encoded[i]);
        for (const [name, kind] of Object.entries(rougeKinds)) scores.get(name)![i] = 100 * best[kind].f;
      });
      return scores;
    },
  };
}
