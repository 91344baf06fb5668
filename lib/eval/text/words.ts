/** White space as Python's `str.split` knows it: unlike `\s` with the separators 0x1c to 0x1f and 0x85, without BOM. */
// deno-lint-ignore no-control-regex -- white space, to Python
const word = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** The words of a text, cut at white space as Python's `str.split()` does; none for an empty text. */
export function splitWords(text: string): string[] {
  return text.match(word) ?? [];
}

/** Numbers words densely, from 0, so that equal words of all sequences have equal numbers. */
export function encodeWords(sequences: readonly (readonly string[])[]): Int32Array[] {
  const ids = new Map<string, number>();
  return sequences.map((words) => {
    const encoded = new Int32Array(words.length);
    for (let i = 0; i < words.length; i++) {
      let id = ids.get(words[i]);
      if (id === undefined) ids.set(words[i], id = ids.size);
      encoded[i] = id;
    }
    return encoded;
  });
}
