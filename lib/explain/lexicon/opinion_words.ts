import type { TaggedSentence } from "./tagged_sentence.ts";

/** Quantities, which can be graded but judge nothing. */
const quantities = new Set(
  "much many more most few fewer little less least several enough same other such own only able due".split(
    " ",
  ),
);
/** Words that only something gradable follows. */
const degrees = new Set(
  "very so too really quite extremely pretty super incredibly surprisingly fairly".split(" "),
);
const copulas = new Set("is are was were be been sounds looks feels seems it's that's they're".split(" "));

/**
 * Opinion words, found without a list of them: adjectives that people grade or predicate. "Very clear", "is sturdy" judge;
 * "acoustic", "usb" sort. An adjective is one if it occurs `least` times or more, and in `share` of them or more a word of
 * degree or a copula stands one or two words before it.
 *
 * Source: gradability as the mark of opinion is that of Hatzivassiloglou & Wiebe, "Effects of Adjective Orientation and
 * Gradability on Sentence Subjectivity", COLING 2000.
 *
 * @returns The words, the most frequent first.
 */
export function findOpinionWords(
  sentences: Iterable<TaggedSentence>,
  { least = 4, share = 0.2 }: { readonly least?: number; readonly share?: number } = {},
): string[] {
  const counts = new Map<string, { all: number; graded: number }>();
  for (const { words, tags } of sentences) {
    words.forEach((word, i) => {
      if (!tags[i].startsWith("JJ") || quantities.has(word)) return;
      const count = counts.getOrInsertComputed(word, () => ({ all: 0, graded: 0 }));
      count.all++;
      const before = words.slice(Math.max(0, i - 2), i);
      if (before.some((other) => degrees.has(other) || copulas.has(other))) count.graded++;
    });
  }
  return [...counts]
    .filter(([, { all, graded }]) => all >= least && graded >= share * all)
    .sort(([a, x], [b, y]) => y.all - x.all || (a < b ? -1 : 1))
    .map(([word]) => word);
}
