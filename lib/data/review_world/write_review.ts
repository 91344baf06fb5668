import type { Random } from "../../random/mod.ts";
import {
  type Clause,
  clauseOf,
  comparisonClause,
  consequence,
  nounClause,
  opinionClause,
  type Pen,
  writerSlots,
} from "./clauses.ts";
import type { LatentItem, LatentUser } from "./latent.ts";
import type { ReviewWorldOptions } from "./options.ts";
import { type Grade, gradeOf, type Statement } from "./statement.ts";
import { fill, fillSlots, sentenceOf } from "./templates.ts";
import type { Voice } from "./voice.ts";
import { listOf } from "./words/mod.ts";
import { generalVerdicts, lead, otherSide, sameSide } from "./words/general_words.ts";

/** What a writer has in mind when writing. */
export interface Occasion {
  readonly options: Required<ReviewWorldOptions>;
  readonly user: LatentUser;
  readonly voice: Voice;
  readonly item: LatentItem;
  /** Weight of each aspect to the user. */
  readonly weights: readonly number[];
  /** How good each aspect seems to the user. */
  readonly impressions: readonly number[];
  readonly rating: number;
  /** The noise-free rating that the stars were drawn about. */
  readonly utility: number;
  /** A review of the same category by the user before this one, to compare with. */
  readonly earlier?: { readonly item: LatentItem; readonly impressions: readonly number[] };
}

/** A sentence as it stands in the review, and what it states. */
export interface WrittenSentence {
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** A review: its sentences, 2 to 6, and how much they tell. */
export interface WrittenReview {
  readonly sentences: readonly WrittenSentence[];
  /** Statements, and one more for each consequence told and each comparison. */
  readonly informativeness: number;
}

/**
 * Writes a review: at most one opener, one comparison and one verdict, statements on aspects, the likelier the more
 * the user cares and the further the item stands out, and fillers where a place is left.
 */
export function writeReview(occasion: Occasion, random: Random): WrittenReview {
  const { options, user, voice, item } = occasion;
  const { category } = item;
  const we = random.uniform() < category.we * voice.company;
  const self = voice.pick(`self/${category.name}`, [...listOf(category.self), item.name], random);
  const contracts = random.uniform() < voice.contracts;
  const past = random.uniform() < category.past;
  const pen: Pen = { voice, random, category, slots: { ...writerSlots(we), self }, contracts, past };
  const length = Math.max(2, Math.min(6, Math.round(user.verbosity + 2 * random.uniform() - 1)));

  const opener = length >= 3 && random.uniform() < options.fillerRate
    ? [plainSentence(pen, voice.pick(`openers/${category.name}`, category.openers, random))]
    : [];
  const verdict = length >= 3 && random.uniform() < 0.5 ? [verdictOf(occasion, pen)] : [];
  const order = mentionOrder(occasion, random);
  const compared = random.uniform() < options.comparisonRate ? comparedAspect(occasion) : undefined;
  const comparison = compared === undefined ? [] : [comparisonOf(occasion, pen, compared)];
  const room = length - opener.length - verdict.length - comparison.length;
  const planned = room >= 3 && random.uniform() < options.fillerRate ? room - 1 : Math.max(1, room);
  const { sentences: middle, told } = aspectSentences(
    occasion,
    pen,
    order.filter((a) => a !== compared),
    planned,
  );
  const fillers = random.shuffle([...category.fillers]);
  while (opener.length + middle.length + comparison.length + verdict.length < length) {
    middle.splice(random.integer(middle.length + 1), 0, plainSentence(pen, fillers.pop()!));
  }
  const sentences = [...opener, ...middle, ...comparison, ...verdict];
  const statements = sentences.reduce((sum, sentence) => sum + sentence.statements.length, 0);
  return { sentences, informativeness: statements + told + comparison.length };
}

/**
 * Aspects in a random order in which those come early that the user cares about and where the item stands out, above
 * all those that speak for the rating.
 */
function mentionOrder({ weights, impressions, rating }: Occasion, random: Random): number[] {
  const left = weights.map((weight, a) => {
    const side = Math.sign(impressions[a]) * Math.sign(rating - 3);
    return { a, salience: (0.04 + weight) ** 2 * (0.15 + Math.abs(impressions[a])) * 2 ** side };
  });
  const order: number[] = [];
  while (left.length > 0) {
    let point = random.uniform() * left.reduce((sum, { salience }) => sum + salience, 0);
    const at = left.findIndex(({ salience }) => (point -= salience) < 0);
    order.push(left.splice(at === -1 ? left.length - 1 : at, 1)[0].a);
  }
  return order;
}

/** The aspect that makes the most of the difference from the earlier item, if any is different enough to tell. */
function comparedAspect({ weights, impressions, earlier }: Occasion): number | undefined {
  if (earlier === undefined) return undefined;
  const differences = weights.map((weight, a) => {
    const difference = Math.abs(impressions[a] - earlier.impressions[a]);
    return difference < 0.2 ? 0 : weight * difference;
  });
  const largest = Math.max(...differences);
  return largest > 0 ? differences.indexOf(largest) : undefined;
}

function comparisonOf({ item, impressions, earlier }: Occasion, pen: Pen, a: number): WrittenSentence {
  const difference = impressions[a] - earlier!.impressions[a];
  const { text, statements } = comparisonClause(pen, item.category.aspects[a], difference, earlier!.item);
  return { text: sentenceOf(text), statements };
}

/** Up to `count` sentences on aspects, as long as there are any left. */
function aspectSentences(
  { voice, item, impressions }: Occasion,
  pen: Pen,
  order: readonly number[],
  count: number,
): { sentences: WrittenSentence[]; told: number } {
  const { random } = pen;
  const open = order.map((a) => ({ aspect: item.category.aspects[a], grade: gradeOf(impressions[a]) }));
  const sentences: WrittenSentence[] = [];
  let told = 0;
  let side = 0;
  const used = new Set<string>();
  while (sentences.length < count && open.length > 0) {
    const first = open.shift()!;
    const second = open.length > 0 && random.uniform() < 0.25 ? open.shift() : undefined;
    const strong = Math.max(Math.abs(first.grade), Math.abs(second?.grade ?? 0)) === 3;
    const mark = strong && random.uniform() < voice.exclaims ? "!" : ".";
    let clause: Clause;
    if (random.uniform() < voice.terse) {
      clause = nounClause(pen, first.aspect, first.grade);
      if (second) {
        const joint = first.grade * second.grade > 0 ? ["$1, $2", "$1 and $2"] : ["$1, but $2", "$1, $2"];
        clause = join(clause, nounClause(pen, second.aspect, second.grade), joint[random.integer(2)]);
      }
    } else {
      clause = opinionClause(pen, first.aspect, first.grade, second === undefined);
      if (second) {
        const same = first.grade * second.grade > 0;
        const joint = voice.pick(`joints/${same}`, same ? sameSide : otherSide, random);
        clause = join(clause, opinionClause(pen, second.aspect, second.grade, false), joint);
      } else if (Math.abs(first.grade) >= 2 && random.uniform() < voice.tells) {
        clause = { ...clause, text: clause.text + consequence(pen, first.aspect, first.grade) };
        told++;
      }
      clause = { ...clause, text: leadIn(pen, clause, side * first.grade, used) + clause.text };
    }
    side = second?.grade ?? first.grade;
    sentences.push({ text: sentenceOf(clause.text, mark), statements: clause.statements });
  }
  return { sentences, told };
}

function join(first: Clause, second: Clause, joint: string): Clause {
  return {
    text: fillSlots(joint, { 1: first.text, 2: second.text }),
    statements: [...first.statements, ...second.statements],
  };
}

/**
 * Words before a clause, mostly none: the user's habit, else how it follows from the one before. None occurs twice in
 * a review.
 *
 * @param turn Above 0 if the clause is on the side of the one before, below if it changes sides, 0 if it is the first.
 * @param used What the review has had, to which this adds.
 */
function leadIn({ voice, random }: Pen, { text }: Clause, turn: number, used: Set<string>): string {
  const chance = random.uniform();
  // Clauses such as "above all, ..." have words of their own.
  if (/^((above all|first of all|for (me|us)),|I (must|have to)|what I)/.test(text)) return "";
  if (chance >= voice.leads && (turn === 0 || chance > voice.leads + 0.25)) return "";
  const kind = chance < voice.leads ? "habit" : turn > 0 ? "further" : "however";
  const words = voice.pick(kind, listOf(lead[kind]), random);
  if (used.has(words) || kind === "habit" && used.has(kind)) return "";
  used.add(words).add(kind);
  return `${words}, `;
}

function plainSentence(pen: Pen, template: string): WrittenSentence {
  const { text } = clauseOf(pen, fill(template, pen.slots, pen.random).text, []);
  return { text: sentenceOf(text), statements: [] };
}

function verdictOf({ rating, utility, voice, item }: Occasion, pen: Pen): WrittenSentence {
  const grade: Grade = rating === 3 ? (utility >= 3 ? 1 : -1) : ([-3, -2, 1, 2, 3] as const)[rating - 1];
  const templates = [...generalVerdicts[grade], ...item.category.verdicts[grade]];
  const template = voice.pick(`verdicts/${item.category.name}/${grade}`, templates, pen.random);
  const { text, marked } = fill(template, pen.slots, pen.random);
  const clause = clauseOf(pen, text, [{ aspect: "overall", grade, opinion: marked!.toLowerCase() }]);
  const mark = grade === 3 && pen.random.uniform() < voice.exclaims ? "!" : ".";
  return { text: sentenceOf(clause.text, mark), statements: clause.statements };
}
