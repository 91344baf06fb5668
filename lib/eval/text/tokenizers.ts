/** Ways to cut a line into words; each is a part of a score's signature. */
export const tokenizerNames = ["13a", "intl", "char", "none"] as const;
export type TokenizerName = typeof tokenizerNames[number];

/**
 * Whether a UTF-16 unit is white space as Python's `str.split` knows it: unlike `\s` it holds the separators 0x1c to
 * 0x1f and 0x85, and not the byte order mark.
 */
export function isWhiteSpace(unit: number): boolean {
  if (unit <= 0x20) return unit >= 0x1c || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x85) return false;
  return unit === 0x85 || unit === 0xa0 || unit === 0x1680 || (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

/** The words of a line, cut at white space as Python's `str.split()` does; none for an empty line. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length;) {
    while (at < line.length && isWhiteSpace(line.charCodeAt(at))) at++;
    const start = at;
    while (at < line.length && !isWhiteSpace(line.charCodeAt(at))) at++;
    if (at > start) words.push(line.slice(start, at));
  }
  return words;
}

/**
 * The words of a line.
 *
 * - `13a`: {@link tokenize13a}
 * - `intl`: punctuation and symbols of all scripts are words, but for punctuation between digits (mteval-v14)
 * - `char`: every character but white space is a word
 * - `none`: cut at white space; for lines that are tokenized already
 */
export function tokenize(line: string, tokenizer: TokenizerName): string[] {
  return splitWords(spaced(line, tokenizer));
}

/** The line with white space between its words, and wherever else: {@link tokenize} before it is cut. */
export function spaced(line: string, tokenizer: TokenizerName): string {
  return spacers[tokenizer](line);
}

const spacers: Record<TokenizerName, (line: string) => string> = {
  "13a": spaced13a,
  "intl": (line) =>
    line
      .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
      .replace(/(\p{P})(\P{N})/gu, " $1 $2")
      .replace(/(\p{S})/gu, " $1 "),
  "char": (line) => [...line].join(" "),
  "none": (line) => line,
};

/**
 * The tokenizer of mteval-v13a, WMT's and BLEU's usual one: ASCII punctuation is cut off, but for points and commas
 * between digits; a hyphen is cut off after a digit only.
 *
 * Source: NIST mteval-v13a.pl; Post, "A Call for Clarity in Reporting BLEU Scores", WMT 2018.
 *
 * @returns The words joined by single spaces, as sacreBLEU returns them: `"Hi, you."` gives `"Hi , you ."`.
 */
export function tokenize13a(line: string): string {
  return splitWords(spaced13a(line)).join(" ");
}

function spaced13a(line: string): string {
  if (plain.test(line)) return line;
  let text = line.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (text.includes("&")) {
    text = text.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll(
      "&gt;",
      ">",
    );
  }
  // The blanks at both ends give punctuation there a neighbour that is no digit.
  return ` ${text} `
    .replace(/([\{-\~\[-\` -\&\(-\+\:-\@\/])/g, " $1 ")
    .replace(/([^0-9])([.,])/g, "$1 $2 ")
    .replace(/([.,])([^0-9])/g, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
}

/** Lines that none of the substitutions changes but for white space: no digit, no ASCII punctuation but `'` and `-`. */
const plain = /^[a-zA-Z' \-\u0080-\uffff]*$/;
