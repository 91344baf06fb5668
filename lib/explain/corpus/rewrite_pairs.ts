import { cosine, tfidfVector, type WordVector } from "../similarity/tfidf.ts";
import type { Corpus } from "./corpus.ts";
import { sentencesOfSplit } from "./sentences_of_split.ts";

export interface RewritePairOptions {
  /** Neighbours of each sentence. Default 3. */
  readonly neighbours?: number;
  /** Rare words by which neighbours are looked for. Default 8. */
  readonly probes?: number;
}

/**
 * Pairs that teach a refiner to rewrite: for each training sentence the nearest sentences that other people wrote about
 * the same item, by the cosine of their tf-idf, kept by {@link mayRewrite}.
 *
 * Neighbours share at least one of the sentence's rarest words: an inverted index per item finds them, so the time grows
 * with the sentences that share a rare word, not with the square of an item's sentences.
 *
 * Source: the pre-training data of Yang et al., "Comparative Explanations of Recommendations", WWW 2022.
 *
 * @returns [prototype, target] as indices of sentences, by target, the nearest prototype first.
 */
export function findRewritePairs(
  { reviews, sentences }: Corpus,
  attributes: ReadonlySet<string>,
  idf: ReadonlyMap<string, number>,
  { neighbours = 3, probes = 8 }: RewritePairOptions = {},
): [prototype: number, target: number][] {
  const training = sentencesOfSplit({ reviews, sentences }, "train");
  const pairs: [number, number][] = [];
  for (const own of Map.groupBy(training, (s) => reviews[sentences[s].review].item).values()) {
    const vectors = new Map<number, WordVector>();
    const postings = new Map<string, number[]>();
    const probesOf = (vector: WordVector) =>
      [...vector].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, probes).map(([word]) => word);
    for (const s of own) {
      const vector = tfidfVector(sentences[s].words, idf);
      vectors.set(s, vector);
      for (const word of probesOf(vector)) postings.getOrInsertComputed(word, () => []).push(s);
    }
    for (const target of own) {
      const { user } = reviews[sentences[target].review];
      const near = new Set(probesOf(vectors.get(target)!).flatMap((word) => postings.get(word)!));
      const ranked = [...near]
        .filter((s) => reviews[sentences[s].review].user !== user)
        .map((s) => ({ s, likeness: cosine(vectors.get(s)!, vectors.get(target)!) }))
        .sort((a, b) => b.likeness - a.likeness || a.s - b.s)
        .slice(0, neighbours);
      for (const { s } of ranked) {
        if (mayRewrite(sentences[s].words, sentences[target].words, attributes)) pairs.push([s, target]);
      }
    }
  }
  return pairs.sort(([, a], [, b]) => a - b);
}

/**
 * Whether one sentence may teach to write another: they share 6 words or at least a quarter of the words of both, both
 * name attributes, and they share 3 attributes or at least half of the attributes of both. Words count once.
 */
export function mayRewrite(
  a: readonly string[],
  b: readonly string[],
  attributes: ReadonlySet<string>,
): boolean {
  const attributesOf = (words: readonly string[]) => new Set(words.filter((word) => attributes.has(word)));
  const [x, y] = [attributesOf(a), attributesOf(b)];
  return x.size > 0 && y.size > 0 && overlaps(new Set(a), new Set(b), 6, .25) && overlaps(x, y, 3, .5);
}

function overlaps(a: ReadonlySet<string>, b: ReadonlySet<string>, count: number, share: number): boolean {
  const common = a.intersection(b).size;
  return common >= count || (common >= share * a.size && common >= share * b.size);
}
