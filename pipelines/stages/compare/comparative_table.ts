import { join } from "node:path";
import * as v from "valibot";
import {
  createResultTable,
  type MetricInfo,
  type ResultRecord,
  toCsv,
  toLatex,
  toMarkdown,
} from "../../../lib/eval/mod.ts";
import type { LexiconQuality } from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import type { Evaluation } from "./evaluate_explanations.ts";
import { type PreparationReport, readJson } from "./files.ts";
import { BASELINE } from "./names.ts";

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
    title: "Length, diversity, repetition",
    metrics: [
      ...["average-length", "mean-idf", "usr", "distinct-1", "distinct-2", "self-bleu", "rep-l", "seq-rep-2"],
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
};

/** The table of comparative explanations, as Markdown, LaTeX and CSV. */
export default defineStage({
  name: "comparative-table",
  module: import.meta.url,
  params: v.object({
    /** Methods in the order of the rows, with the words that stand for them. */
    methods: v.array(v.object({ name: v.string(), label: v.string() })),
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
    const { methods, preamble, datasets, missing } = ctx.params;
    const labels = new Map(methods.map(({ name, label }) => [name, label]));
    const order = methods.map(({ label }) => label);
    const markdown = ["# Comparative explanations", ...preamble];
    const latex: string[] = [], everything: ResultRecord[] = [];
    for (const [d, dataset] of datasets.entries()) {
      const evaluation = await readJson<Evaluation>(ctx.inputList("evaluations")[d]);
      const report = await readJson<PreparationReport>(join(ctx.inputList("reviews")[d], "report.json"));
      const labelled = <T extends Readonly<Record<string, unknown>>>(rows: readonly T[]) =>
        rows.map((row) => ({ ...row, method: labels.get(String(row.method))! }));
      const records = labelled(evaluation.records).map((record) => ({ ...record, dataset }));
      everything.push(...records);
      markdown.push(`## ${dataset}`, describe(report, evaluation));
      for (const { title, metrics } of views) {
        const shown = records.filter(({ metric }) => (metrics as readonly string[]).includes(metric));
        const tests = labelled(evaluation.tests)
          .filter(({ metric }) => (metrics as readonly string[]).includes(String(metric)));
        const table = await createResultTable(shown, {
          caption: `${title}: ${dataset}`,
          label: `explanations-${dataset}-${metrics[0]}`,
          columns: ["metric"],
          order: { method: order, metric: metrics },
          metrics: { ...evaluation.metrics, ...ownMetrics },
          footnotes: ["The random choice alone draws; the others give the same with every seed"],
          ...tests.length > 0 && {
            significance: { against: labels.get(BASELINE)!, tests, signature: evaluation.testSignature },
          },
        });
        markdown.push(toMarkdown(table).trim());
        latex.push(toLatex(table).trim());
      }
    }
    markdown.push("## Attribute lexicon", await lexiconLines(ctx.inputList("lexicon")));
    markdown.push(...missing.map((reason) => `Left out: ${reason}.`));
    const all = await createResultTable(everything, {
      caption: "Comparative explanations",
      rows: ["dataset", "method"],
      columns: ["metric"],
      order: { method: order },
    });
    await Deno.writeTextFile(ctx.outputs["explanations.md"], markdown.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["explanations.tex"], latex.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["explanations.csv"], toCsv(all));
  },
});

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

async function lexiconLines(paths: readonly string[]): Promise<string> {
  const head = "| measured on | nouns | precision | recall | F |\n| --- | ---: | ---: | ---: | ---: |\n";
  const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(" | ")} |`;
  if (paths.length === 0) return head + row("annotated product reviews (not found)", ["—", "—", "—", "—"]);
  const { nouns, precision, recall, f, mentions, sentences } = await readJson<LexiconQuality>(paths[0]);
  const share = (value: number) => value.toFixed(3);
  return head +
    row("annotated reviews of 14 products", [String(nouns), share(precision), share(recall), share(f)]) +
    `\n\n- Built from the ${sentences} sentences without their marks, with the defaults, which were chosen there; precision: ` +
    `nouns that are a word of a marked feature; recall: of ${mentions} marked mentions, those of which a word is found; ` +
    "features that are only implied are left out";
}
