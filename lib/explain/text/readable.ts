/** How words are written where no sentence begins: "usb" as "USB". Words that are not there are written as they are. */
export type Casing = ReadonlyMap<string, string>;

/**
 * Makes a sentence for people of the words of a generator: "i love this guitar , it 's great" becomes "I love this guitar,
 * it's great." Capitals where a sentence begins and for "I", signs of punctuation and clitics ("'s", "n't") joined to what
 * they belong to, a full stop at the end where there is none. What the model could not name (`<unk>`, `<num>`) is an
 * ellipsis; other special words (`<pad>`, `<sos>`) are left out, and the sentence ends at `<eos>`. No words give no sentence.
 *
 * Nothing is added or lost that `wordsOf` sees: words that it made come out of the sentence again.
 */
export function readable(words: readonly string[], casing: Casing = new Map()): string {
  const end = words.indexOf("<eos>");
  let text = "", joins = true, begins = true, quoted = false;
  for (const word of end < 0 ? words : words.slice(0, end)) {
    if (special.test(word) && !gaps.has(word)) continue;
    const closes = closing.test(word) || clitic.test(word) || (word === '"' && quoted);
    const shown = gaps.has(word) ? "…" : written(word, casing);
    text += (joins || closes ? "" : " ") + (begins && !closes ? capitalized(shown) : shown);
    joins = opening.test(word) || (word === '"' && !quoted);
    if (word === '"') quoted = !quoted;
    else if (!joins) begins = /^[.!?]$/.test(word);
  }
  return text === "" || /[.!?…]$/.test(text) ? text : `${text}.`;
}

/**
 * How each word is most often written inside sentences, where that is not in lower case: "Fender", "USB". Sentences of
 * capitals alone tell nothing, and first words neither.
 *
 * @param sentences As written.
 */
export function commonCasing(sentences: Iterable<string>): Map<string, string> {
  const forms = new Map<string, Map<string, number>>();
  for (const sentence of sentences) {
    if (sentence === sentence.toUpperCase()) continue;
    for (const { 0: form } of sentence.matchAll(inner)) {
      const counts = forms.getOrInsertComputed(form.toLowerCase(), () => new Map());
      counts.set(form, (counts.get(form) ?? 0) + 1);
    }
  }
  return new Map(
    [...forms].map(([word, counts]): [string, string] => [
      word,
      [...counts].reduce((best, entry) => entry[1] > best[1] ? entry : best)[0],
    ]).filter(([word, form]) => word !== form),
  );
}

/** Words of letters that follow another word, with nothing but a comma, a slash or the like between. */
const inner = /(?<=[\p{L}\p{N}][,;/&]? )\p{L}[\p{L}\p{N}]*(?:['-][\p{L}\p{N}]+)*/gu;

const special = /^<[a-z]+>$/;
const gaps = new Set(["<unk>", "<num>"]);
const closing = /^[.,;:!?%)\]}]$/;
const opening = /^[($[{#]$/;
const clitic = /^(?:'(?:s|m|d|re|ve|ll|t)|n't)$/;

function written(word: string, casing: Casing): string {
  return /^i(?:'|$)/.test(word) ? `I${word.slice(1)}` : casing.get(word) ?? word;
}

/** With a capital first letter, where that has one that is still the same letter. */
function capitalized(word: string): string {
  const [first = ""] = word, upper = first.toUpperCase();
  return upper.toLowerCase() === first ? upper + word.slice(first.length) : word;
}
