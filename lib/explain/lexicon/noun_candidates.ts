import { singularOf } from "./singular.ts";
import type { TaggedSentence } from "./tagged_sentence.ts";

/** A noun that may name an attribute. */
export interface NounCandidate {
  /** In the singular. */
  readonly noun: string;
  /** The forms that occur: "string", "strings". */
  readonly forms: readonly string[];
  /** Sentences that it stands in. */
  readonly sentences: number;
  /** Share of these in which an opinion word stands within `reach` words of it. */
  readonly judged: number;
  /** Share of its uses as a noun that "is", "are", "was" or "were" follows. */
  readonly predicated: number;
}

export interface NounOptions {
  /** Sentences that a noun must stand in: this share of all, and three at least. Default 0.002. */
  readonly minimumShare?: number;
  /** Distance in words up to which an opinion word judges a noun. Default 4. */
  readonly reach?: number;
}

/** Numerals and pronouns, which the tagger takes for nouns. */
const closedClass = new Set(
  ("one ones two three four five six seven eight nine ten first second third both half mine yours someone somebody " +
    "anyone anybody everyone everybody something anything everything nothing others").split(" "),
);

const copulas = new Set(["is", "are", "was", "were"]);

/**
 * Nouns that are frequent enough to be talked about: tagged as such in most of their uses, with how often they are judged
 * and predicated of.
 * Singular and plural are one.
 *
 * @returns The most frequent first.
 */
export function findNounCandidates(
  sentences: readonly TaggedSentence[],
  opinions: ReadonlySet<string>,
  { minimumShare = 0.002, reach = 4 }: NounOptions = {},
): NounCandidate[] {
  const nouns = new Map<
    string,
    {
      forms: Set<string>;
      uses: number;
      asNoun: number;
      predicated: number;
      inSentences: number;
      judged: number;
    }
  >();
  for (const { words, tags } of sentences) {
    const places = words.flatMap((word, i) => opinions.has(word) ? [i] : []);
    const met = new Map<string, boolean>();
    words.forEach((word, i) => {
      if (!/^\p{L}[\p{L}-]{2,}$/u.test(word) || closedClass.has(word)) return;
      const noun = singularOf(word);
      const entry = nouns.getOrInsertComputed(
        noun,
        () => ({ forms: new Set(), uses: 0, asNoun: 0, predicated: 0, inSentences: 0, judged: 0 }),
      );
      entry.uses++;
      if (tags[i] !== "NN" && tags[i] !== "NNS") return;
      entry.asNoun++;
      entry.forms.add(word);
      if (copulas.has(words[i + 1])) entry.predicated++;
      const judged = places.some((place) => place !== i && Math.abs(place - i) <= reach);
      met.set(noun, judged || (met.get(noun) ?? false));
    });
    for (const [noun, judged] of met) {
      const entry = nouns.get(noun)!;
      entry.inSentences++;
      if (judged) entry.judged++;
    }
  }
  const least = Math.max(3, minimumShare * sentences.length);
  return [...nouns]
    .filter(([noun, { uses, asNoun, inSentences }]) =>
      inSentences >= least && 2 * asNoun > uses && !opinions.has(noun)
    )
    .map(([noun, { forms, asNoun, predicated, inSentences, judged }]) => ({
      noun,
      forms: [...forms].sort(),
      sentences: inSentences,
      judged: judged / inSentences,
      predicated: predicated / asNoun,
    }))
    .sort((a, b) => b.sentences - a.sentences || (a.noun < b.noun ? -1 : 1));
}
