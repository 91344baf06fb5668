import type {
  ComparedReview,
  ExplainedItem,
  ExplanationAnswer,
  ExplanationSource,
  StatedAttribute,
} from "../../lib/explain/mod.ts";
import { wrapText } from "../../lib/text/mod.ts";

const width = 80;

/** Reviews of the user that are shown beside an explanation; JSON has all. */
const reviewsShown = 3;

/** An answer as lines of at most 80 characters, as long as no word is longer. */
export function formatAnswer(answer: ExplanationAnswer, title: string): string {
  const { fallback, items, unknown } = answer;
  const sections = [
    wrapText(title, width),
    fallback === null ? [] : entry("", "Note: ", fallback.message),
    ...items.map((item) => itemLines(item, fallback !== null)),
    unknown.flatMap(({ message }) => wrapText(message, width)),
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n") + "\n").join("\n");
}

/** @param userNoted Whether it was said already that there is nothing to compare with. */
function itemLines(item: ExplainedItem, userNoted: boolean): string[] {
  const { rank, explanation, compares, against, source, fallback, reviewed } = item;
  const told = userNoted && fallback?.kind === "no-references";
  return [
    heading(`${rank}. ${item.item}`, `${item.category}  ${item.stars.toFixed(2)} stars`),
    ...explanation === null ? [] : wrapText(explanation, width - 3).map((line) => `   ${line}`),
    ...compares.length === 0 ? [] : entry("   ", "about   ", compares.map(attributeText).join("; ")),
    ...against.slice(0, reviewsShown).flatMap((review) => {
      const { relation, detail } = comparison(review);
      return entry("   ", relation, detail);
    }),
    ...source === null ? [] : entry("   ", "source  ", sourceText(source, explanation)),
    ...reviewed === null ? [] : entry("   ", "note    ", `the user reviewed it, with ${starsText(reviewed)}`),
    ...fallback === null || told ? [] : entry("   ", "note    ", fallback.message),
  ];
}

/** Two texts at either end of a line, or below one another where they do not fit. */
function heading(left: string, right: string): string {
  const blanks = width - left.length - right.length;
  return blanks < 2 ? `${left}\n   ${right}` : left + " ".repeat(blanks) + right;
}

/** A text behind a label, its further lines below its first. */
function entry(indent: string, label: string, text: string): string[] {
  const lines = wrapText(text, width - indent.length - label.length);
  return lines.map((line, i) => `${indent}${i === 0 ? label : " ".repeat(label.length)}${line}`);
}

function attributeText({ attribute, opinion }: StatedAttribute): string {
  return opinion === null ? attribute : `${attribute} (${opinion})`;
}

function comparison({ item, stars, difference, verdict, shared, sentences }: ComparedReview) {
  const quoted = sentences.find(({ states }) => states.some(({ attribute }) => shared.includes(attribute)));
  const relation = { better: "better  ", alike: "like    ", worse: "worse   " }[verdict];
  const size = verdict === "alike" ? "" : `by ${Math.abs(difference).toFixed(1)} than `;
  return {
    relation,
    detail: `${size}${item}, ${starsText(stars)}${quoted === undefined ? "" : `: "${quoted.text}"`}`,
  };
}

/** An extracted sentence is already there to read, so only its place is named. */
function sourceText({ sentence, text, stars }: ExplanationSource, explanation: string | null): string {
  const place = `${sentence}, of a review with ${starsText(stars)}`;
  return text === explanation ? place : `"${text}" ${place}`;
}

function starsText(stars: number): string {
  return `${stars} ${stars === 1 ? "star" : "stars"}`;
}
