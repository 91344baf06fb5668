import type { Random } from "../../random/mod.ts";
import type { LatentItem } from "./latent.ts";
import type { Grade, Statement } from "./statement.ts";
import { contracted, fill, type Slots } from "./templates.ts";
import type { Voice } from "./voice.ts";
import {
  type AspectNoun,
  aspectNouns,
  type AspectWords,
  type CategoryWords,
  listOf,
  type OpinionWord,
  opinionWords,
} from "./words/mod.ts";
import {
  adverbs,
  comparisonFrames,
  emphaticFrames,
  generalComparatives,
  generalOpinions,
  joinedFrames,
  predicateFrames,
  verbFrames,
} from "./words/general_words.ts";

/** Text without capital and end mark, and what it states. */
export interface Clause {
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** Who writes about what: all that clauses of one review have in common. */
export interface Pen {
  readonly voice: Voice;
  readonly random: Random;
  readonly category: CategoryWords;
  /** `$I`, `$me`, `$my`, `$Iwas` and `$self`. */
  readonly slots: Slots;
  readonly contracts: boolean;
  /** Whether the writer tells it as past. */
  readonly past: boolean;
}

/** The slots of a writer, alone or with company. */
export function writerSlots(we: boolean): Slots {
  return we
    ? { I: "we", me: "us", my: "our", Iwas: "we were" }
    : { I: "I", me: "me", my: "my", Iwas: "I was" };
}

/**
 * A clause on one aspect, as in "the bed was really comfortable" or "I loved the bed".
 *
 * @param alone Whether it is a sentence of its own, which may start with more words.
 */
export function opinionClause(pen: Pen, aspect: AspectWords, grade: Grade, alone: boolean): Clause {
  const { voice, random, slots } = pen;
  const noun = pickNoun(pen, aspect);
  const nounSlots = { ...slots, ...nounPhrase(pen, noun) };
  if (random.uniform() < 0.22) {
    const frame = voice.pick(`verbs/${grade}`, verbFrames[grade], random);
    const { text, marked } = fill(frame, nounSlots, random);
    return clauseOf(pen, text, [{ aspect: aspect.name, grade, noun: noun.noun, opinion: marked! }]);
  }
  const { phrase, opinion } = adjectivePhrase(pen, aspect, grade);
  const emphatic = alone && Math.abs(grade) === 3 && random.uniform() < 0.2;
  const frame = emphatic
    ? voice.pick("emphatic", emphaticFrames, random)
    : alone
    ? voice.pick("predicates", predicateFrames, random)
    : voice.pick("joined", joinedFrames, random);
  const { text } = fill(frame, { ...nounSlots, A: phrase }, random);
  return clauseOf(pen, text, [{ aspect: aspect.name, grade, noun: noun.noun, opinion }]);
}

/** A clause without verb, as in "comfortable bed". */
export function nounClause(pen: Pen, aspect: AspectWords, grade: Grade): Clause {
  const { noun } = pickNoun(pen, aspect);
  // Only a single word can stand before its noun.
  const single = (words: readonly OpinionWord[]) => words.filter(({ word }) => !word.includes(" "));
  const own = single(candidates(aspect, grade, pen.random));
  const words = own.length > 0 ? own : single(opinionWords(generalOpinions[grade]));
  const { word } = pen.voice.pick(`terse/${words[0].word}`, words, pen.random);
  return clauseOf(pen, `${word} ${noun}`, [{ aspect: aspect.name, grade, noun, opinion: word }]);
}

/**
 * A clause that compares an aspect of the item with another item's, as in "the bed was much softer than at the
 * Marlow Inn".
 *
 * @param difference How much better this item seems to the writer, in qualities.
 */
export function comparisonClause(
  pen: Pen,
  aspect: AspectWords,
  difference: number,
  other: LatentItem,
): Clause {
  const { voice, random, slots, category } = pen;
  const better = difference > 0;
  const size = Math.abs(difference) >= 0.6 ? 2 : 1;
  const own = random.uniform() < 0.7;
  const side = better ? "better" : "worse";
  const words = listOf(own ? aspect[side] : generalComparatives[side]);
  const comparative = voice.pick(own ? `${side}/${aspect.better}` : side, words, random);
  const noun = pickNoun(pen, aspect);
  // A bare comparative leaves open how much; it stands for a little.
  const degree = size === 2
    ? `${voice.pick("far", listOf(adverbs.far), random)} `
    : random.uniform() < 0.6
    ? `${voice.pick("near", listOf(adverbs.near), random)} `
    : "";
  const at = `${category.preposition} ${other.name}`;
  const phrase = { ...slots, ...nounPhrase(pen, noun), C: degree + comparative, at, other: other.name };
  const { text } = random.uniform() < 0.3
    ? fill(`${voice.pick("before", category.triedBefore, random)} $N $be $C here`, phrase, random)
    : fill(voice.pick("comparisons", comparisonFrames, random), phrase, random);
  const grade = (better ? size : -size) as Grade;
  const statement = { aspect: aspect.name, grade, noun: noun.noun, opinion: comparative, than: other.id };
  return clauseOf(pen, text, [statement]);
}

/** What follows a strong opinion: ", so I slept like a log". */
export function consequence(
  { voice, random, slots, contracts }: Pen,
  aspect: AspectWords,
  grade: Grade,
): string {
  const tails = grade > 0 ? aspect.soGood : aspect.soBad;
  const { text } = fill(voice.pick(`so/${tails[0]}`, tails, random), slots, random);
  return `, ${contracts ? contracted(text) : text}`;
}

/** Applies the writer's contractions to a clause and to the opinions that it quotes. */
export function clauseOf(pen: Pen, text: string, statements: readonly Statement[]): Clause {
  if (!pen.contracts) return { text, statements };
  return {
    text: contracted(text),
    statements: statements.map((statement) => ({ ...statement, opinion: contracted(statement.opinion) })),
  };
}

function pickNoun({ voice, random }: Pen, { nouns }: AspectWords): AspectNoun {
  return voice.pick(`nouns/${nouns}`, aspectNouns(nouns), random);
}

/** `$N` with its determiner, and the verb that agrees with it. */
function nounPhrase({ random, category, past }: Pen, { noun, plural }: AspectNoun): Slots {
  const determiner = random.uniform() < 0.12 ? category.possessive : "the";
  const was = plural ? "were" : "was";
  const is = plural ? "are" : "is";
  return { N: `${determiner} ${noun}`, was, be: past ? was : is };
}

/** Opinion words of a grade: mostly the aspect's own, else the general ones. */
function candidates(aspect: AspectWords, grade: Grade, random: Random): readonly OpinionWord[] {
  const own = grade > 0 ? aspect.good[grade - 1] : aspect.bad[-grade - 1];
  return opinionWords(random.uniform() < 0.6 ? own : generalOpinions[grade]);
}

/** Words that say a grade: "spotless", "really clean", "fairly clean", "not very clean". */
function adjectivePhrase(pen: Pen, aspect: AspectWords, grade: Grade): { phrase: string; opinion: string } {
  const { voice, random } = pen;
  const draw = (of: Grade) => {
    const words = candidates(aspect, of, random);
    return voice.pick(`opinions/${words[0].word}`, words, random);
  };
  const adverb = (kind: keyof typeof adverbs) => voice.pick(kind, listOf(adverbs[kind]), random);
  const modified = (of: Grade, modifier: string) => {
    const { word, gradable } = draw(of);
    return gradable ? { phrase: `${modifier} ${word}`, opinion: word } : undefined;
  };
  const sign = Math.sign(grade);
  const chance = random.uniform();
  let result: { phrase: string; opinion: string } | undefined;
  if (Math.abs(grade) === 3 && chance < 0.35) result = modified((2 * sign) as Grade, adverb("boost"));
  else if (Math.abs(grade) === 3 && chance < 0.55) result = modified(grade, adverb("maximize"));
  else if (grade === 1 && chance < 0.35) result = modified(2, adverb("softenGood"));
  else if (grade === 1 && chance < 0.43) result = { phrase: "not bad", opinion: "bad" };
  else if (grade === -1 && chance < 0.3) result = modified(-2, adverb("softenBad"));
  else if (grade === -1 && chance < 0.5) result = modified(2, "not very");
  if (result !== undefined) return result;
  const { word } = draw(grade);
  return { phrase: word, opinion: word };
}
