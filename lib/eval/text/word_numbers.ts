/** Numbers the words of a text and of those it is compared with; for a few sentences a Map is the fastest. */
export function wordNumbers(): (words: readonly string[]) => Int32Array {
  const numbers = new Map<string, number>();
  return (words) => {
    const own = new Int32Array(words.length);
    for (let i = 0; i < own.length; i++) {
      const known = numbers.get(words[i]);
      if (known === undefined) numbers.set(words[i], own[i] = numbers.size);
      else own[i] = known;
    }
    return own;
  };
}
