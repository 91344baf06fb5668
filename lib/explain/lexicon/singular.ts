/**
 * The singular that a plural's form suggests: "batteries" of "battery", "boxes" of "box", "strings" of "string". Words
 * without such an ending stay. It knows no irregular plurals.
 */
export function singularOf(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word) || !word.endsWith("s")) return word;
  if (word.endsWith("ies")) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(?:[sxz]|[cs]h)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
