import type { Random } from "../../random/mod.ts";

/** What `$name` in a template stands for. */
export type Slots = Readonly<Record<string, string>>;

/** A filled template. */
export interface Filled {
  readonly text: string;
  /** What stood in brackets, or undefined. */
  readonly marked?: string;
}

/** Fills a template: `{a|b}` is one of the choices, `$name` a slot, and `[...]` marks the words of an opinion. */
export function fill(template: string, slots: Slots, random: Random): Filled {
  const chosen = template.replaceAll(/\{([^}]*)\}/g, (_, choices: string) => {
    const options = choices.split("|");
    return options[random.integer(options.length)];
  });
  const text = fillSlots(chosen, slots);
  const marked = text.match(/\[([^\]]*)\]/)?.[1];
  return { text: text.replaceAll(/[[\]]/g, ""), marked };
}

/** Puts slots in. Throws an Error for a slot that is not there: a fault of the word lists. */
export function fillSlots(template: string, slots: Slots): string {
  return template.replaceAll(/\$(\w+)/g, (_, name: string) => {
    if (slots[name] === undefined) {
      throw new Error(
        `Cannot fill template "${template}": no slot is named ${name}, expected ${Object.keys(slots)}`,
      );
    }
    return slots[name];
  });
}

/** The opinion phrases that brackets mark in templates, in every form that reviews may show. */
export function markedPhrases(templates: readonly string[]): string[] {
  const phrases = templates.flatMap((template) => {
    const marked = template.match(/\[([^\]]*)\]/)?.[1];
    if (marked === undefined) return [];
    return ["me", "us"].map((me) => fillSlots(marked, { me }));
  });
  return [...new Set(phrases.flatMap((phrase) => [phrase, contracted(phrase)]))];
}

/** Shortens as in speech: "did not" to "didn't", "I would" to "I'd". */
export function contracted(text: string): string {
  return text
    .replaceAll(/\b(did|do|does|could) not\b/gi, "$1n't")
    .replaceAll(/\bcannot\b/g, "can't")
    .replaceAll(/\bI would (?!not\b)(?=[a-z])/g, "I'd ")
    .replaceAll(/\bI am (?=[a-z])/g, "I'm ")
    .replaceAll(/\b([Ii])t is (?=[a-z])/g, "$1t's ");
}

/** A sentence of a clause: first letter large, end mark at the end. */
export function sentenceOf(clause: string, mark: "." | "!" = "."): string {
  const start = clause[0].toUpperCase() + clause.slice(1);
  return /[.!?]$/.test(start) ? start.slice(0, -1) + (mark === "!" ? "!" : start.at(-1)) : start + mark;
}
