import { lcsUnion } from "./lcs.ts";
import {
  type RougeOptions,
  type RougeScore,
  rougeScore,
  type RougeSettings,
  rougeSettings,
  rougeWords,
} from "./rouge_options.ts";
import { Vocabulary } from "./vocabulary.ts";

/**
 * ROUGE-L of summaries, sentence by sentence; lines are sentences.
 *
 * A word of a reference sentence is a hit if it is part of its longest common subsequence with any sentence of the
 * hypothesis (the union of these subsequences), but a word hits no more often than it stands in the whole hypothesis,
 * as ROUGE-1.5.5 has it. P = hits / words of the hypothesis, R = hits / words of the reference. Which of several
 * longest subsequences is taken can change the union; {@link lcsUnion} takes upstream's. 0 to 1; texts without
 * words score 0.
 *
 * Source: Lin 2004, section 3.2; google-research/rouge, `rougeLsum` of `RougeScorer` with `split_summaries=False`.
 *
 * @throws {RangeError} Dialect `peter`, whose code has no such score.
 */
export function rougeLsum(hypothesis: string, reference: string, options?: RougeOptions): RougeScore {
  const settings = rougeSettings(options);
  if (settings.dialect !== "google") {
    throw new RangeError(`Cannot compute rougeLsum: dialect is ${settings.dialect}, expected google`);
  }
  return summaryScore(sentences(hypothesis, settings), sentences(reference, settings), settings);
}

/** Words of each line. */
export function sentences(text: string, settings: RougeSettings): string[][] {
  return text.split("\n").map((line) => rougeWords(line, settings));
}

/** {@link rougeLsum} of texts that are words of sentences already. */
export function summaryScore(
  hypothesis: readonly (readonly string[])[],
  reference: readonly (readonly string[])[],
  { beta = 1, scale }: RougeSettings,
): RougeScore {
  const vocabulary = new Vocabulary();
  const encode = (sentence: readonly string[]) => vocabulary.encode(sentence);
  const h = hypothesis.map(encode), r = reference.map(encode);
  const left = wordCounts(h);
  let hits = 0;
  for (const sentence of r) {
    const union = lcsUnion(sentence, h);
    for (let i = 0; i < sentence.length; i++) {
      if (union[i] === 0 || left[sentence[i]] === 0) continue;
      left[sentence[i]]--;
      hits++;
    }
  }
  return rougeScore({ matches: hits, hypothesis: length(h), reference: length(r) }, beta, scale);
}

/** How often each word occurs in the sentences of the hypothesis, by number; a word of a hit is always among them. */
function wordCounts(of: readonly Int32Array[]): number[] {
  const counts: number[] = [];
  for (const sentence of of) for (const word of sentence) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function length(of: readonly Int32Array[]): number {
  return of.reduce((sum, { length }) => sum + length, 0);
}
