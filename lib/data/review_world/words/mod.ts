/** The vocabulary of the review world. */
export type { AspectWords, CategoryWords } from "./category_words.ts";
import type { CategoryWords } from "./category_words.ts";
import { headphones } from "./headphones.ts";
import { hotel } from "./hotel.ts";
import { novel } from "./novel.ts";
import { restaurant } from "./restaurant.ts";

/** Every kind of item, in the order in which a world takes them. */
export const categoryWords: readonly CategoryWords[] = [hotel, restaurant, headphones, novel];

/** Words of a comma-separated list. */
export const listOf: (words: string) => readonly string[] = remembered((words) =>
  words.split(",").map((word) => word.trim())
);

/** An opinion word and whether an adverb may stand before it. */
export interface OpinionWord {
  readonly word: string;
  readonly gradable: boolean;
}

/** Opinion words of a list in which `!` marks one that takes no adverb. */
export const opinionWords: (words: string) => readonly OpinionWord[] = remembered((words) =>
  listOf(words).map((word) => ({ word: word.replace("!", ""), gradable: !word.endsWith("!") }))
);

/** A noun for an aspect. */
export interface AspectNoun {
  readonly noun: string;
  readonly plural: boolean;
}

/** Nouns of a list in which `+` marks a plural. */
export const aspectNouns: (words: string) => readonly AspectNoun[] = remembered((words) =>
  listOf(words).map((word) => ({ noun: word.replace("+", ""), plural: word.startsWith("+") }))
);

/** A function of a text that reads each text once. */
function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) known.set(text, value = read(text));
    return value;
  };
}
