/**
 * Whether a text is English, as far as can be told from its words: most letters are of the alphabet a to z, and of 12
 * words or more at least one in ten is among the commonest of English. Those that other languages share ("a", "no", "me",
 * "die") do not count. Short texts are given the benefit of the doubt.
 */
export function isEnglish(words: readonly string[]): boolean {
  const letters = words.join(""), plain = letters.match(/[a-z0-9]/g)?.length ?? 0;
  if (plain < 0.8 * letters.length) return false;
  if (words.length < 12) return true;
  return words.filter((word) => common.has(word)).length >= 0.1 * words.length;
}

const common = new Set(
  ("the and of to is it in that this for with you was on are but have not be they my as so if very from at or can " +
    "it's i'm don't would when will which there their what your just were been than them these out about")
    .split(" "),
);
