import assert from "node:assert/strict";
import type { ComparedReview, ExplainedItem, ExplanationAnswer } from "../../../lib/explain/mod.ts";
import { formatAnswer } from "../../../pipelines/explain/format_answer.ts";

const besides = (item: string, stars: number, text?: string): ComparedReview => ({
  ...{ review: `ann/${item}`, item, category: "guitars", stars, difference: 4.5 - stars },
  verdict: stars <= 4 ? "better" : "alike",
  shared: text === undefined ? [] : ["tone"],
  sentences: [
    { sentence: `ann/${item}:0`, text: "It came in time.", states: [] },
    {
      sentence: `ann/${item}:1`,
      text: text ?? "Nothing else.",
      states: [{ attribute: "tone", opinion: null }],
    },
  ],
});

const cello: ExplainedItem = {
  rank: 1,
  item: "cello",
  category: "strings",
  stars: 4.5,
  matched: 4.9,
  reviewed: null,
  explanation: "The tone is warm and soft.",
  words: ["the", "tone", "is", "warm", "and", "soft"],
  compares: [
    { attribute: "tone", opinion: "warm", sources: ["ben/cello:0", "eva/cello:3"] },
    { attribute: "bow", opinion: "bent", sources: [] },
    { attribute: "case", opinion: null, sources: [] },
  ],
  against: [
    besides("alto", 1, "The tone is thin in every room that I tried, large or small, with any bow."),
    besides("bass", 5, "A tone to fall for."),
    besides("lute", 2),
    besides("lyre", 4),
    besides("viol", 5),
  ],
  source: { sentence: "ben/cello:0", review: "ben/cello", text: "The tone is warm and soft.", stars: 1 },
  fallback: null,
};
const answer: ExplanationAnswer = { user: "ann", reviews: 9, fallback: null, items: [cello], unknown: [] };

Deno.test("an item: heading, sentence, attributes, the user's words on them, the rest in numbers, source", () => {
  assert.equal(
    formatAnswer(answer, "Title"),
    [
      "Title",
      "",
      "1. cello                                                     strings  4.50 stars",
      "   The tone is warm and soft.",
      "   about   tone (warm); bow (bent); case",
      '   better  than alto, 1 star: "The tone is thin in every room that I tried,',
      '           large or small, with any bow."',
      '   like    bass, 5 stars: "A tone to fall for."',
      "   beside  more of the user's reviews: better than 2, like 1",
      "   source  ben/cello:0, of a review with 1 star",
      "",
    ].join("\n"),
  );
});

/** The lines of the one item, changed. */
const lines = (changes: Partial<ExplainedItem>) =>
  formatAnswer({ ...answer, items: [{ ...cello, ...changes }] }, "Title").split("\n").slice(2);

Deno.test("a written sentence is shown with the one that it is from and with reviews that say the same", () => {
  const written = lines({ explanation: "Its tone is warm.", against: [], reviewed: 3 });
  assert.deepEqual(written.slice(1), [
    "   Its tone is warm.",
    "   about   tone (warm, as in ben/cello:0); bow (bent, which no review says);",
    "           case",
    '   source  "The tone is warm and soft." ben/cello:0, of a review with 1 star',
    "   note    the user reviewed it, with 3 stars",
    "",
  ]);
});

Deno.test("nothing is shown of what is not there", () => {
  const fallback = { kind: "no-candidates", message: "nobody else wrote of it" } as const;
  const bare = { explanation: null, words: [], compares: [], against: [], source: null, fallback };
  assert.deepEqual(lines(bare).slice(1), ["   note    nobody else wrote of it", ""]);
});

Deno.test("what holds for the user is said once, above the items", () => {
  const fallback = { kind: "unknown-user", message: "user 'an' is unknown", nearest: ["ann"] } as const;
  const item = {
    ...cello,
    fallback: { kind: "no-references", message: "no sentence to compare with" },
  } as const;
  const text = formatAnswer({ ...answer, fallback, items: [item] }, "Title");
  assert.match(text, /^Title\n\nNote: user 'an' is unknown\n\n1\. cello/);
  assert.doesNotMatch(text, /compare with/);
  assert.match(formatAnswer({ ...answer, items: [item] }, "Title"), /^ +note +no sentence to compare with$/m);
});

Deno.test("long ids go over several lines, and only words that are longer than a line exceed it", () => {
  const item = "i".repeat(70);
  const unknown = [{
    item: "x",
    nearest: [],
    message: `Cannot explain item 'x': ${"it is unknown ".repeat(9)}`,
  }];
  const lines = formatAnswer({ ...answer, items: [{ ...cello, item }], unknown }, "t ".repeat(90)).split(
    "\n",
  );
  assert.ok(lines.includes(`1. ${item}`) && lines.includes("   strings  4.50 stars"));
  assert.ok(lines.every((line) => line.length <= 80 || line.includes(item)));
});
