import { type Grade } from "./statement.ts";
import { contracted, markedPhrases } from "./templates.ts";
import { aspectNouns, type CategoryWords, listOf, opinionWords } from "./words/mod.ts";
import { generalComparatives, generalOpinions, generalVerdicts, verbFrames } from "./words/general_words.ts";

/** Every word by which reviews of a world name aspects and opinions. A phrase of several words is one entry; all are in lower case. */
export interface ReviewLexicon {
  /** By category and aspect, the nouns that name it. */
  readonly aspects: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Words and phrases that say how good an aspect is, with their grade before adverbs and negation. */
  readonly opinions: ReadonlyMap<string, Grade>;
  /** Comparatives: 1 for better, -1 for worse than the other item. */
  readonly comparatives: ReadonlyMap<string, 1 | -1>;
  /** Phrases that judge the item as a whole. */
  readonly verdicts: ReadonlyMap<string, Grade>;
}

const grades: readonly Grade[] = [-3, -2, -1, 1, 2, 3];

/** The lexicon of the given categories with the first `aspectCount` aspects of each. */
export function lexiconOf(categories: readonly CategoryWords[], aspectCount: number): ReviewLexicon {
  const aspectsOf = (category: CategoryWords) => category.aspects.slice(0, aspectCount);
  const all = categories.flatMap(aspectsOf);
  const opinions = new Map<string, Grade>();
  const verdicts = new Map<string, Grade>();
  const comparatives = new Map<string, 1 | -1>();
  for (const grade of grades) {
    const lists = [
      generalOpinions[grade],
      ...all.map(({ good, bad }) => grade > 0 ? good[grade - 1] : bad[-grade - 1]),
    ];
    for (const { word } of lists.flatMap(opinionWords)) addTo(opinions, word, grade);
    for (const phrase of markedPhrases(verbFrames[grade])) addTo(opinions, phrase, grade);
    const last = [...generalVerdicts[grade], ...categories.flatMap((category) => category.verdicts[grade])];
    for (const phrase of markedPhrases(last)) addTo(verdicts, phrase.toLowerCase(), grade);
  }
  for (const { better, worse } of [generalComparatives, ...all]) {
    for (const word of listOf(better)) addTo(comparatives, contracted(word), 1);
    for (const word of listOf(worse)) addTo(comparatives, contracted(word), -1);
  }
  return {
    aspects: new Map(categories.map((category) => [
      category.name,
      new Map(
        aspectsOf(category).map(({ name, nouns }) => [name, aspectNouns(nouns).map(({ noun }) => noun)]),
      ),
    ])),
    opinions,
    comparatives,
    verdicts,
  };
}

/** Adds a word. Throws an Error if it has another grade already: a fault of the word lists. */
function addTo<G extends number>(words: Map<string, G>, word: string, grade: G): void {
  const known = words.get(word);
  if (known !== undefined && known !== grade) {
    throw new Error(`Cannot give '${word}' the grade ${grade}: it has ${known}, expected one grade a word`);
  }
  words.set(word, grade);
}
