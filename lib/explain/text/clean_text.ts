/**
 * A review's text without what is no language: tags, addresses, entities, control characters and emoji; of repeated
 * punctuation one sign stays ("!!!" is "!", "...." is "."), and a blank follows a sentence end that lacks one
 * ("affordable.I did"). Case stays: sentences are split by it. Runs in linear time, whatever the text.
 */
export function cleanText(text: string): string {
  return text
    .replace(/<[a-z/!][^<>]{0,300}>/gi, " ")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,31}));/gi, entity)
    .replace(/(?:https?:\/\/|www\.)\S*/gi, " ")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ")
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[\p{Extended_Pictographic}\p{Regional_Indicator}\u{1f3fb}-\u{1f3ff}\ufe0f]/gu, " ")
    .replace(/([!?])[!?]+/g, "$1")
    .replace(/([-.,;:*=_~])\1+/g, "$1")
    .replace(/(?<=\p{Ll}\p{Ll})([.!?])(?=\p{Lu})/gu, "$1 ")
    .replace(/\s+/g, " ")
    .trim();
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** The character of a decimal, hexadecimal or named entity; a blank for one that is not known. */
function entity(_: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return named[name.toLowerCase()] ?? " ";
  const code = decimal === undefined ? parseInt(hexadecimal!, 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}
