import { join } from "node:path";
import * as v from "valibot";
import type { TaskOptimum } from "../../lib/data/mod.ts";
import { createResultTable, type ResultRecord, toCsv, toLatex, toMarkdown } from "../../lib/eval/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import type { Assessment } from "./assess.ts";
import { ALL_TASKS } from "./names.ts";

/** Tables of one dataset and backbone: what they show, of which metrics. */
const views = [
  { title: "NE gain over equal weights, %", metrics: ["delta-m", "gain"], tested: "gain" },
  { title: "Normalized entropy", metrics: ["ne"], tested: "ne" },
  { title: "AUC", metrics: ["auc"], tested: undefined },
  { title: "Calibration", metrics: ["calibration"], tested: undefined },
] as const;

/** The paper-style quality table, as Markdown, LaTeX and CSV. */
export default defineStage({
  name: "quality-table",
  module: import.meta.url,
  params: v.object({
    /** Methods in the order of the rows, with the words that stand for them. */
    methods: v.array(v.object({ name: v.string(), label: v.string() })),
    /** Sentences above the tables. */
    preamble: v.array(v.string()),
    /** The dataset of each optimum, in order. */
    optima: v.array(v.string()),
    /** Datasets that were left out, and why. */
    missing: v.array(v.string()),
  }),
  inputs: ["assessments", "optima"],
  outputs: ["quality.md", "quality.tex", "quality.csv"],
  permissions: { sys: true },
  async run(ctx) {
    const { methods, preamble, missing } = ctx.params;
    const assessments: Assessment[] = await Promise.all(
      ctx.inputList("assessments").map(async (path) => JSON.parse(await Deno.readTextFile(path))),
    );
    const optima = await readOptima(ctx.params.optima, ctx.inputList("optima"));
    const labels = new Map(methods.map(({ name, label }) => [name, label]));
    const order = methods.map(({ label }) => label);
    const markdown: string[] = ["# MultiBalance: quality", ...preamble];
    const latex: string[] = [];
    const everything: ResultRecord[] = [];
    for (const assessment of assessments) {
      const { dataset, backbone, tasks, seeds, examples, backend } = assessment;
      const records = assessment.records.map((record) => ({ ...record, method: labels.get(record.method)! }));
      everything.push(...records);
      markdown.push(
        `## ${dataset}, ${backbone}`,
        `${headline(assessment)} Trained on backend ${backend}.`.trim(),
      );
      for (const { title, metrics, tested } of views) {
        const shown = records.filter(({ metric }) => (metrics as readonly string[]).includes(metric));
        const table = await createResultTable(shown, {
          caption: `${title}: ${dataset}, ${backbone}, ${seeds} seeds, ${examples} test examples`,
          label: `${dataset}-${backbone}-${metrics[0]}`,
          footnotes: tested === "ne" ? optimumFootnotes(optima.get(dataset) ?? []) : [],
          order: { method: order, task: [ALL_TASKS, ...tasks], metric: metrics },
          ...(tested
            ? {
              significance: {
                against: "equal weights",
                tests: assessment.tests.filter(({ metric }) => metric === tested)
                  .map((test) => ({ ...test, method: labels.get(String(test.method))! })),
              },
            }
            : {}),
        });
        markdown.push(toMarkdown(table).trim());
        latex.push(toLatex(table).trim());
      }
    }
    markdown.push(...missing.map((reason) => `Left out: ${reason}.`));
    const all = await createResultTable(everything, {
      caption: "MultiBalance: quality",
      rows: ["dataset", "backbone", "method"],
      order: { method: order },
    });
    await Deno.writeTextFile(ctx.outputs["quality.md"], markdown.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["quality.tex"], latex.join("\n\n") + "\n");
    await Deno.writeTextFile(ctx.outputs["quality.csv"], toCsv(all));
  },
});

async function readOptima(
  datasets: readonly string[],
  folders: readonly string[],
): Promise<Map<string, readonly TaskOptimum[]>> {
  const read = async (dataset: string, i: number): Promise<[string, readonly TaskOptimum[]]> => {
    const { tasks } = JSON.parse(await Deno.readTextFile(join(folders[i], "optimum.json")));
    return [dataset, tasks];
  };
  return new Map(await Promise.all(datasets.map(read)));
}

/** The best that any model can expect, where a world's true probabilities are known. */
function optimumFootnotes(optimum: readonly TaskOptimum[]): string[] {
  if (optimum.length === 0) return [];
  const mean = optimum.reduce((sum, { normalizedEntropy }) => sum + normalizedEntropy, 0) / optimum.length;
  const each = optimum.map(({ name, normalizedEntropy }) => `${name} ${normalizedEntropy.toFixed(5)}`);
  return [`NE of the true probabilities, the optimum: mean ${mean.toFixed(5)}, ${each.join(", ")}`];
}

/** The answer before the tables: what MultiBalance gains, where, and what it costs which task. */
function headline({ records, tests }: Assessment): string {
  const gains = records.filter(({ method, metric }) => method === "multibalance" && metric === "gain");
  if (gains.length === 0) return "";
  const meanOf = (task: string) => {
    const values = gains.filter((record) => record.task === task).map(({ value }) => value!);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const signed = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(2)}%`;
  const test = tests.find(({ method, metric, task }) =>
    method === "multibalance" && metric === "gain" && task === ALL_TASKS
  );
  const chance = test ? ` (paired t over seeds, p = ${test.p.toFixed(3)} before correction)` : "";
  const worst = [...new Set(gains.map(({ task }) => task))].filter((task) => task !== ALL_TASKS)
    .reduce((a, b) => meanOf(b) < meanOf(a) ? b : a);
  return `MultiBalance gains ${
    signed(meanOf(ALL_TASKS))
  } in NE over equal weights, mean of all tasks${chance}; ` +
    `${signed(meanOf(worst))} on ${worst}, where it does worst.`;
}
