import { join } from "node:path";
import * as v from "valibot";
import {
  createResultTable,
  type MetricInfo,
  type ResultRecord,
  textTableToLatex,
  textTableToMarkdown,
  toCsv,
  toLatex,
  toMarkdown,
} from "../../../lib/eval/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import type { Evaluation } from "./evaluate_explanations.ts";
import { lexiconTable } from "./lexicon_table.ts";
import type { LexiconQualities } from "./measure_lexicon.ts";
import { type PreparationReport, readJson } from "./files.ts";
import { BASELINE } from "./names.ts";
import { conclusion, subjectTable } from "./subject_table.ts";

/** Tables of one dataset: what they show, of which metrics. */
const views = [
  {
    title: "Overlap with the user's own review, × 100",
    metrics: [
      ...["idf-bleu-1", "idf-bleu-2", "idf-bleu-4", "bleu-1", "bleu-2", "bleu-4"],
      ...["rouge-1", "rouge-2", "rouge-l"],
    ],
  },
  {
    title: "Ranking recovery and support",
    metrics: [
      ...["kendall-tau", "pairwise-accuracy", "true-tau", "true-accuracy", "extraction-mrr"],
      ...["support", "statements"],
    ],
  },
  {
    title: "Attributes",
    metrics: ["feature-precision", "feature-recall", "fmr", "fcr", "div"],
  },
  {
    title: "Length, diversity, repetition, perplexity",
    metrics: [
      ...["average-length", "mean-idf", "usr", "distinct-1", "distinct-2", "self-bleu", "rep-l", "seq-rep-2"],
      "perplexity",
    ],
  },
] as const;

/** How metrics that this table alone has are named and printed. */
const ownMetrics: Record<string, Partial<MetricInfo>> = {
  "true-tau": {
    label: "tau, true ratings",
    direction: "higher",
    signature: "KendallTau|tau-b|system:true-ratings|mean:users|no-order:skipped|v1",
  },
  "true-accuracy": {
    label: "Pairwise, true ratings",
    direction: "higher",
    signature: "PairwiseAccuracy|system:true-ratings|mean:users|recovered-ties:half|system-ties:skipped|v1",
  },
  "statements": {
    label: "Statements",
    decimals: 2,
    signature: "Statements|attribute-opinion|reach:4|per:output|v1",
  },
  "perplexity": {
    label: "Perplexity",
    decimals: 2,
    signature: "Perplexity|of:target-sentences|per:word|end:counted|unknown:a-word|over:corpus|v1",
  },
};

/** The table of comparative explanations, as Markdown, LaTeX and CSV. */
export default defineStage({
  name: "comparative-table",
  module: import.meta.url,
  params: v.object({
    /** Methods in the order of the rows, with the words that stand for them. */
    methods: v.array(v.object({
      name: v.string(),
      label: v.string(),
      /** Section of the tables; either all methods have one or none. */
      kind: v.optional(v.string()),
      /** Whether it looks at what is to be predicted: an upper bound, and no rival. */
      bound: v.optional(v.boolean(), false),
    })),
    /** The method that is compared with every other one, as `evaluate-explanations` had it. */
    subject: v.optional(v.string(), "compexp"),
    /** Sentences above the tables. */
    preamble: v.array(v.string()),
    /** What each evaluation is of, in order. */
    datasets: v.array(v.string()),
    /** What was left out, and why. */
    missing: v.array(v.string()),
  }),
  inputs: ["evaluations", "reviews", "lexicon"],
  outputs: ["explanations.md", "explanations.tex", "explanations.csv"],
  permissions: { sys: true },
  async run(ctx) {
    const { methods, subject, preamble, datasets, missing } = ctx.params;
    const byName = new Map(methods.map((method) => [method.name, method]));
    const labelOf = (name: string) => byName.get(name)!.label;
    const section = methods.every(({ kind }) => kind !== undefined) ? "kind" : undefined;
    const order = {
      kind: methods.map(({ kind }) => kind ?? ""),
      method: methods.map(({ label }) => label),
    };
    const bounds = methods.filter(({ bound }) => bound).map(({ label }) => label);
    const markdown = ["# Comparative explanations", ...preamble];
    const latex: string[] = [], everything: ResultRecord[] = [];
    for (const [d, dataset] of datasets.entries()) {
      const evaluation = await readJson<Evaluation>(ctx.inputList("evaluations")[d]);
      const report = await readJson<PreparationReport>(join(ctx.inputList("reviews")[d], "report.json"));
      const labelled = <T extends { readonly method: string }>(rows: readonly T[]) =>
        rows.map((row) => ({ ...row, method: labelOf(row.method), kind: byName.get(row.method)!.kind }));
      const records = labelled(evaluation.records).map((record) => ({ ...record, dataset }));
      everything.push(...records);
      markdown.push(`## ${dataset}`, describe(report, evaluation));
      for (const { title, metrics } of views) {
        const shown = records.filter(({ metric }) => (metrics as readonly string[]).includes(metric));
        const tests = labelled(evaluation.comparison.tests)
          .filter(({ metric }) => (metrics as readonly string[]).includes(metric));
        const table = await createResultTable(shown, {
          caption: `${title}: ${dataset}`,
          label: `explanations-${dataset}-${metrics[0]}`,
          columns: ["metric"],
          ...{ section, bounds, order: { ...order, metric: metrics } },
          metrics: { ...evaluation.metrics, ...ownMetrics },
          footnotes: [
            ...shown.some(({ metric }) => metric === "perplexity") ? ["Perplexity: of generators alone"] : [],
            ...seedNotes(evaluation, labelOf),
          ],
          ...tests.length > 0 && {
            significance: { against: labelOf(BASELINE), tests, signature: evaluation.comparison.signature },
          },
        });
        markdown.push(toMarkdown(table).trim());
        latex.push(toLatex(table).trim());
      }
      const named = {
        ...{ methods, dataset },
        subject: byName.get(subject)?.label ?? subject,
        metrics: { ...evaluation.metrics, ...ownMetrics },
      };
      const differences = subjectTable(evaluation.comparison, named);
      if (differences !== undefined) {
        markdown.push(textTableToMarkdown(differences).trim(), conclusion(evaluation.comparison, named));
        latex.push(textTableToLatex(differences).trim());
      }
    }
    const [quality] = ctx.inputList("lexicon");
    markdown.push(
      "## Attribute lexicon",
      lexiconTable(quality === undefined ? undefined : await readJson<LexiconQualities>(quality)),
    );
    markdown.push(...missing.map((reason) => `Left out: ${reason}.`));
    const all = await createResultTable(everything, {
      caption: "Comparative explanations",
      rows: ["dataset", ...section === undefined ? [] : [section], "method"],
      columns: ["metric"],
      order,
    });
    await Deno.writeTextFile(ctx.outputs["explanations.md"], markdown.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["explanations.tex"], latex.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["explanations.csv"], toCsv(all));
  },
});

/** What the seeds of the rows are. */
function seedNotes({ records, deterministic }: Evaluation, labelOf: (name: string) => string): string[] {
  const seeds = Map.groupBy(records, ({ method }) => method);
  const names = [...seeds.keys()];
  const drawing = names.filter((name) => !deterministic.includes(name));
  const single = drawing.filter((name) => new Set(seeds.get(name)!.map(({ seed }) => seed)).size === 1);
  const list = (some: readonly string[]) => some.map(labelOf).join(", ");
  if (drawing.length === 0) return ["No row draws: all give the same with every seed"];
  return [
    ...deterministic.length === 0 ? [] : [`The same with every seed: ${list(deterministic)}`],
    ...single.length === 0 ? [] : [`One seed alone, of others nothing is known: ${list(single)}`],
  ];
}

/** What was evaluated, in sentences. */
function describe({ counts }: PreparationReport, { counts: sizes, system, reader }: Evaluation): string {
  const one = (value: number) => value.toFixed(1);
  return `${counts.core} reviews of ${counts.items} items by ${counts.users} users ` +
    `(${counts.read} read, ${counts.read - counts.english} not English or without words, ` +
    `${counts.english - counts.distinct} copies, ${
      (counts.aspects ?? counts.distinct) - counts.core
    } outside the core). ` +
    `${sizes.testReviews} test reviews with ${one(sizes.candidates)} candidates, ${
      one(sizes.references)
    } references ` +
    `and ${one(sizes.targets)} target sentences on average. ` +
    `The system: ${system.name}, RMSE ${system.rmse.toFixed(3)} on validation; its rankings of ${
      one(sizes.rankedItems)
    } items for ${sizes.rankings} users are explained. ` +
    `The reader: ridge regression from a sentence's tf-idf to the rating of its review, penalty ${reader.penalty}, RMSE ` +
    `${reader.rmse.toFixed(3)} on validation sentences against ${
      reader.rmseOfMean.toFixed(3)
    } of the mean. ` +
    `True ratings: of ${sizes.ratedUsers} users with test reviews of different ratings.`;
}
