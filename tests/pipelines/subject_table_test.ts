import assert from "node:assert/strict";
import type { MethodComparison, SubjectDifference } from "../../lib/explain/mod.ts";
import { conclusion, subjectTable } from "../../pipelines/stages/compare/subject_table.ts";

const methods = ["ours", "copier", "writer", "editor", "poet", "oracle"]
  .map((name) => ({ name, label: `the ${name}`, bound: name === "oracle" }));
const named = {
  subject: "Ours",
  methods,
  metrics: { bleu: { label: "BLEU", decimals: 2 } },
  dataset: "here",
};

/** A difference with its p over examples and, where there is one, over seeds too. */
const difference = (
  method: string,
  metric: string,
  value: number,
  p: number,
  withSeeds?: number,
): SubjectDifference => ({
  ...{ method, metric, difference: value, interval: [value - 1, value + 1], p },
  ...withSeeds !== undefined && { overSeeds: { p: withSeeds, interval: [value - 2, value + 2] } },
});
const comparison = (...differences: SubjectDifference[]): MethodComparison => ({
  ...{ tests: [], signature: "", differences },
  differenceSignatures: ["bootstrap|v1", "t|v1"],
});

const p = "(p < .05 over examples, and over examples and seeds together, each Holm-corrected).";

Deno.test("the conclusion follows from the numbers", () => {
  const cases: [why: string, given: SubjectDifference[], sentence: string][] = [
    [
      "every verdict",
      [
        difference("copier", "bleu", 2, .01, .01),
        difference("copier", "kendall-tau", .2, .01, .01),
        difference("writer", "bleu", 2, .01, .049),
        difference("writer", "kendall-tau", .2, .06, .2),
        difference("editor", "bleu", 1, .2, .2),
        difference("editor", "kendall-tau", .3, .001, .001),
        difference("poet", "bleu", 2, .2, .2),
        difference("poet", "kendall-tau", -.3, .001, .001),
        difference("oracle", "bleu", -9, .001, .001),
      ],
      "Ours is significantly better than the copier on both BLEU and Kendall's tau; than the writer on BLEU alone; than " +
      "the editor on Kendall's tau alone; than the poet on neither; and worse than the poet on Kendall's tau " +
      p,
    ],
    [
      "over examples alone is not enough where seeds are known to matter",
      [
        difference("copier", "bleu", 2, .01, .2),
        difference("copier", "kendall-tau", .2, .01, .2),
      ],
      "Ours is significantly better than no other row on both BLEU and Kendall's tau; than the copier on neither " +
      p,
    ],
    [
      "several",
      [
        difference("copier", "bleu", 2, .01, .01),
        difference("copier", "kendall-tau", 2, .01, .01),
        difference("writer", "bleu", 2, .01, .01),
        difference("writer", "kendall-tau", 2, .01, .01),
        difference("editor", "bleu", 2, .01, .01),
        difference("editor", "kendall-tau", 2, .01, .01),
      ],
      "Ours is significantly better than the copier, the writer and the editor on both BLEU and Kendall's tau " +
      p,
    ],
    [
      "one metric, one seed",
      [
        difference("copier", "bleu", 2, .01),
        difference("writer", "bleu", 2, .5),
      ],
      "Ours is significantly better than the copier on BLEU; not than the writer (p < .05 over examples, and over " +
      "examples and seeds together, each Holm-corrected; where there is one seed of a method that draws, of its seeds " +
      "nothing is known).",
    ],
  ];
  for (const [why, given, sentence] of cases) {
    assert.equal(conclusion(comparison(...given), named), sentence, why);
  }
});

Deno.test("the table has a row for each method, in their order, with signs and dashes", () => {
  const table = subjectTable(
    comparison(
      difference("oracle", "bleu", -9, .0004, .0004),
      difference("copier", "bleu", 2, .01, .25),
      difference("copier", "kendall-tau", .25, 1),
    ),
    named,
  )!;
  assert.equal(table.caption, "Ours against every other row: here");
  assert.deepEqual(table.head, [
    "Against",
    ...["Δ BLEU", "95% interval", "p", "p, seeds too"],
    ...["Δ Kendall's tau", "95% interval", "p", "p, seeds too"],
  ]);
  assert.deepEqual(table.rows, [
    ["the copier", "+2.00", "+1.00 to +3.00", ".010", ".250", "+0.2500", "-0.7500 to +1.2500", "1.000", "—"],
    ["the oracle", "-9.00", "-10.00 to -8.00", "≤ .001", "≤ .001", "—", "—", "—", "—"],
  ]);
  assert.deepEqual(table.footnotes.slice(-2), ["bootstrap|v1", "t|v1"]);
  assert.equal(subjectTable(comparison(), named), undefined);
});
