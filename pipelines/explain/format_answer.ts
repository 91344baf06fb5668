import type {
  ComparedReview,
  ExplainedItem,
  ExplanationAnswer,
  ExplanationSource,
  SupportedAttribute,
} from "../../lib/explain/mod.ts";
import { wrapText } from "../../lib/text/mod.ts";

const width = 80;

/** Reviews of the user that are quoted beside an explanation; JSON has all. */
const quoted = 3;

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
    ...compares.length === 0
      ? []
      : entry("   ", "about   ", aboutText(compares, source!.text !== explanation)),
    ...comparisonLines(against),
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

/** What is said of each attribute; of written words, which nobody need have said, also who else says it. */
function aboutText(compares: readonly SupportedAttribute[], written: boolean): string {
  return compares.map(({ attribute, opinion, sources: [first] }) => {
    if (opinion === null) return attribute;
    const support = !written ? "" : first === undefined ? ", which no review says" : `, as in ${first}`;
    return `${attribute} (${opinion}${support})`;
  }).join("; ");
}

/** Quotes what the user wrote about the same attributes, and counts how the item stands to the rest. */
function comparisonLines(against: readonly ComparedReview[]): string[] {
  const near = against.filter(({ shared }) => shared.length > 0).slice(0, quoted);
  const rest = against.filter((review) => !near.includes(review));
  const verdicts = (["better", "alike", "worse"] as const).map((verdict) => {
    const number = rest.filter((review) => review.verdict === verdict).length;
    return number === 0 ? [] : [`${relations[verdict]} ${number}`];
  }).flat();
  const more = near.length > 0 ? "more of " : "";
  return [
    ...near.flatMap((review) => entry("   ", labels[review.verdict], quotation(review))),
    ...rest.length === 0 ? [] : entry("   ", "beside  ", `${more}the user's reviews: ${verdicts.join(", ")}`),
  ];
}

const labels = { better: "better  ", alike: "like    ", worse: "worse   " } as const;
const relations = { better: "better than", alike: "like", worse: "worse than" } as const;

function quotation({ item, stars, verdict, shared, sentences }: ComparedReview): string {
  const { text } = sentences.find(({ states }) =>
    states.some(({ attribute }) => shared.includes(attribute))
  )!;
  return `${verdict === "alike" ? "" : "than "}${item}, ${starsText(stars)}: "${text}"`;
}

/** An extracted sentence is already there to read, so only its place is named. */
function sourceText({ sentence, text, stars }: ExplanationSource, explanation: string | null): string {
  const place = `${sentence}, of a review with ${starsText(stars)}`;
  return text === explanation ? place : `"${text}" ${place}`;
}

function starsText(stars: number): string {
  return `${stars} ${stars === 1 ? "star" : "stars"}`;
}
